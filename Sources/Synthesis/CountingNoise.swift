/// The noise of counting: each point becomes a draw from the Poisson distribution of what it expects.
///
/// The spectrum is first scaled so that its highest point expects `peakCounts`; no background is added.
public struct CountingNoise: Sendable {
    /// Counts that the highest point expects.
    public let peakCounts: Double
    private var random: RandomSource

    /// Noise of a seed.
    ///
    /// - Precondition: `peakCounts` is positive and finite.
    public init(peakCounts: Double, seed: UInt64) {
        precondition(peakCounts > 0 && peakCounts.isFinite, "a highest point expects some counts")
        self.peakCounts = peakCounts
        random = RandomSource(seed: seed)
    }

    /// Turns intensities into counts; a spectrum without a positive intensity becomes zero.
    public mutating func apply(to spectrum: inout MutableSpan<Float>) {
        var highest: Float = 0
        for point in 0..<spectrum.count { highest = max(highest, spectrum[point]) }
        let scale = highest > 0 ? peakCounts / Double(highest) : 0
        for point in 0..<spectrum.count {
            spectrum[point] = Float(random.poisson(mean: Double(spectrum[point]) * scale))
        }
    }
}
