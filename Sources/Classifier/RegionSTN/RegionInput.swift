package import NeuralNetwork

/// A batch of readings, as the networks on regions take it.
public final class RegionInput {
    /// Spectra there is room for.
    public let maxBatch: Int
    /// Intensities [maxBatch, moving cells].
    package let values: Buffer
    /// What was recorded [maxBatch, moving cells].
    package let mask: Buffer
    /// Noise levels [maxBatch, windows].
    package let noise: Buffer

    /// Room for a batch.
    public init(maxBatch: Int) {
        self.maxBatch = maxBatch
        let cells = CoreLevelWindow.layout.movingCount
        values = Buffer(count: maxBatch * cells)
        mask = Buffer(count: maxBatch * cells)
        noise = Buffer(count: maxBatch * CoreLevelWindow.all.count)
    }

    /// Puts a reading into a row.
    public func set(_ reading: borrowing RegionReading, row: Int) {
        precondition(row >= 0 && row < maxBatch, "row \(row) of \(maxBatch)")
        values.copy(reading.values.span, at: row * CoreLevelWindow.layout.movingCount)
        mask.copy(reading.mask.span, at: row * CoreLevelWindow.layout.movingCount)
        noise.copy(reading.noise.span, at: row * CoreLevelWindow.all.count)
    }
}
