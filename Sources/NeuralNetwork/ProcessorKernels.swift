import COpenBLAS

#if canImport(Glibc)
    import Glibc
#endif

/// Sees to it that OpenBLAS uses the processor's vectors, and one thread until told otherwise.
///
/// OpenBLAS knows processors by model number. One that is younger than the library (0.3.21 of Debian 12 before an
/// Emerald Rapids) falls back to the kernels of a 2004 Prescott: five times slower. The library takes a better choice
/// from OPENBLAS_CORETYPE, which it reads when it is loaded, before any of our code runs; so where it fell back and
/// nobody chose, the choice is made from the processor's flags and the table of kernels is set up once more.
///
/// Its default of a thread per core is wrong beside other work: the threads wait for each other by spinning, and on a
/// busy machine a product then takes a hundred times as long.
package enum ProcessorKernels {
    /// Touch this before the first product; the work is done once.
    static let chosen: Void = {
        choose()
        openblas_set_num_threads(1)
    }()

    /// The kernels in use, by OpenBLAS's name for the processor they were written for.
    package static var current: String {
        chosen
        guard let name = openblas_get_corename() else { return "" }
        return String(cString: name)
    }

    private static let variable = "OPENBLAS_CORETYPE"

    private static func choose() {
        #if canImport(Glibc) && arch(x86_64)
            guard getenv(variable) == nil, let name = openblas_get_corename(), String(cString: name) == "Prescott",
                let kernels = best(for: processorFlags())
            else { return }
            // Only builds for several processors have these two, and no header declares them.
            typealias Function = @convention(c) () -> Void
            guard let quit = dlsym(nil, "gotoblas_dynamic_quit"), let start = dlsym(nil, "gotoblas_dynamic_init")
            else { return }
            setenv(variable, kernels, 0)
            unsafeBitCast(quit, to: Function.self)()
            unsafeBitCast(start, to: Function.self)()
        #endif
    }

    /// The name of the kernels that a processor with these flags can run, the fastest first.
    package static func best(for flags: Set<Substring>) -> String? {
        if flags.isSuperset(of: ["avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"]) { return "SkylakeX" }
        if flags.isSuperset(of: ["avx2", "fma"]) { return "Haswell" }
        return nil
    }

    #if canImport(Glibc)
        /// The flags of /proc/cpuinfo, none where it cannot be read.
        package static func processorFlags() -> Set<Substring> {
            guard let file = fopen("/proc/cpuinfo", "r") else { return [] }
            defer { fclose(file) }
            var bytes = [UInt8](repeating: 0, count: 1 << 14)
            let count = fread(&bytes, 1, bytes.count, file)
            let text = String(decoding: bytes[0..<count], as: UTF8.self)
            guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") }) else { return [] }
            return Set(line.split(separator: " ").map { $0 })
        }
    #endif
}
