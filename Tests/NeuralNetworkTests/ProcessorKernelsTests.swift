import NeuralNetwork
import Testing

@Suite struct ProcessorKernelsTests {
    @Test func choosesByFlags() {
        let haswell: Set<Substring> = ["sse3", "avx", "avx2", "fma"]
        #expect(ProcessorKernels.best(for: ["sse3"]) == nil)
        #expect(ProcessorKernels.best(for: haswell) == "Haswell")
        #expect(ProcessorKernels.best(for: haswell.union(["avx512f"])) == "Haswell", "half of AVX-512 is not enough")
        let skylake = haswell.union(["avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"])
        #expect(ProcessorKernels.best(for: skylake) == "SkylakeX")
    }

    /// A processor younger than the library must not run on the kernels of 2004.
    @Test func usesTheProcessor() {
        guard ProcessorKernels.best(for: ProcessorKernels.processorFlags()) != nil else { return }
        #expect(ProcessorKernels.current != "Prescott")
    }
}
