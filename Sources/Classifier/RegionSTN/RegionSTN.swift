public import NeuralNetwork

/// The spatial transformer of the default model: a localiser that scores every shift, a sampler that undoes the ones
/// that fit, and a reader of the aligned spectrum.
///
/// It keeps the idea of the paper's STN (arXiv 2603.05350), trained end to end, and changes its parts: windows instead
/// of the whole axis; a probability for each shift instead of one number; weights shared over energy; the reader is
/// told what was recorded and how noisily, and says how far the alignment is still off.
public final class RegionSTN: TrainedNetwork {
    /// `.regionSTN`.
    public let architecture = Architecture.regionSTN
    /// The spectra.
    public package(set) var input: RegionInput

    package let localiser: ShiftLocaliser
    package let reader: AlignedReader
    package let sampler = StripSampler(layout: CoreLevelWindow.layout, pooling: 2)

    /// One way to align one spectrum of the batch.
    public struct Alignment: Sendable {
        /// Row of the input.
        public var row: Int
        /// The shift that is undone, in eV.
        public var shiftEV: Float

        /// An alignment of a row.
        public init(row: Int, shiftEV: Float) {
            self.row = row
            self.shiftEV = shiftEV
        }
    }

    /// A fresh network for up to `maxBatch` spectra, and as many alignments, at a time.
    public init(maxBatch: Int, labels: Int = NetworkShape.standard.labels, seed: UInt64) {
        var random = RandomGenerator(seed: seed)
        input = RegionInput(maxBatch: maxBatch)
        localiser = ShiftLocaliser(
            maxBatch: maxBatch, pooling: CoreLevelWindow.localisedCells, random: &random)
        reader = AlignedReader(maxBatch: maxBatch, labels: labels, random: &random)
    }

    /// The localiser's and the reader's weights.
    public var parameters: [Parameter] { localiser.parameters + reader.parameters }
    /// Their running statistics.
    public var statistics: [(name: String, values: Buffer)] { localiser.statistics + reader.statistics }
    /// Multiply-adds of one spectrum that fits one shift.
    public var multiplyAdds: Int { localiser.multiplyAdds + reader.multiplyAdds }

    /// Scores the shifts of the batch's spectra.
    public func localise(batch: Int) {
        localiser.forward(
            values: input.values, mask: input.mask, noise: input.noise, batch: batch, isTraining: false)
    }

    /// Reads spectra under given shifts; answer `i` belongs to alignment `i`.
    public func read(_ alignments: [Alignment]) {
        align(rows: alignments.map(\.row), shiftsEV: alignments.map(\.shiftEV))
        reader.forward(batch: alignments.count, isTraining: false)
    }

    /// Fills the reader's input.
    package func align(rows: [Int], shiftsEV: [Float]) {
        let cells = shiftsEV.map { $0 / Float(CoreLevelWindow.cellEV) }
        sampler.forward(input.values, rows: rows, shifts: cells, into: reader.input, stride: reader.inputs)
        sampler.means(
            of: input.mask, rows: rows, shifts: cells, cells: CoreLevelWindow.cellsPerEV, into: reader.input,
            stride: reader.inputs, column: sampler.outputs)
        let windows = CoreLevelWindow.all.count
        input.noise.gatherRows(
            rows, of: windows, into: reader.input, column: reader.inputs - windows, stride: reader.inputs)
        // A region that lies in a window's room would else change the answer from one offset to the next.
        Columns(of: reader.input, from: reader.inputs - windows, stride: reader.inputs).fill(
            RegionReading.noiseRange.upperBound,
            whereEmpty: Columns(of: reader.input, from: sampler.outputs, stride: reader.inputs),
            widths: sampler.layout.lengths.map { $0 / CoreLevelWindow.cellsPerEV }, batch: rows.count)
    }
}
