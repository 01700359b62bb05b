public import NeuralNetwork

/// The spatial transformer of the benchmark model: the localiser of `RegionSTN`, a sampler that moves by whole cells
/// (the paper shifts by whole steps, so that nothing is interpolated), and a reader that unmixes the library.
public final class UnmixingSTN: TrainedNetwork {
    /// `.unmixingSTN`.
    public let architecture = Architecture.unmixingSTN
    /// The spectra.
    public let input: RegionInput

    /// Constituents of the shipped library.
    static let constituents = 104

    package let localiser: ShiftLocaliser
    package let reader: UnmixingReader
    let sampler = StripSampler(layout: CoreLevelWindow.layout, pooling: 1)

    /// A fresh network for up to `maxBatch` spectra at a time.
    public init(maxBatch: Int, labels: Int = NetworkShape.standard.labels, seed: UInt64) {
        var random = RandomGenerator(seed: seed)
        input = RegionInput(maxBatch: maxBatch)
        localiser = ShiftLocaliser(maxBatch: maxBatch, pooling: 2, random: &random)
        reader = UnmixingReader(maxBatch: maxBatch, constituents: Self.constituents, labels: labels, random: &random)
    }

    /// The localiser's and the reader's weights.
    public var parameters: [Parameter] { localiser.parameters + reader.parameters }
    /// Their running statistics.
    public var statistics: [(name: String, values: Buffer)] { localiser.statistics + reader.statistics }
    /// Multiply-adds of one spectrum.
    public var multiplyAdds: Int { localiser.multiplyAdds + reader.multiplyAdds }

    /// Answers for the first `batch` spectra of the input: the groups' logits lie in the reader, the shifts come back.
    package func answer(batch: Int) -> [Float] {
        localiser.forward(
            values: input.values, mask: input.mask, noise: input.noise, batch: batch, isTraining: false)
        let shiftsEV = (0..<batch).map { Self.wholeCells(localiser.posterior(ofRow: $0).modes[0].shiftEV) }
        align(shiftsEV: shiftsEV)
        reader.forward(batch: batch, isTraining: false)
        return shiftsEV
    }

    /// The nearest whole number of cells, in eV.
    static func wholeCells(_ shiftEV: Float) -> Float { (shiftEV * 10).rounded() / 10 }

    package func align(shiftsEV: [Float]) {
        sampler.forward(
            input.values, rows: Array(shiftsEV.indices), shifts: shiftsEV.map { ($0 * 10).rounded() },
            into: reader.input, stride: sampler.outputs)
    }
}
