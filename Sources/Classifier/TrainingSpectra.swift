import NeuralNetwork
package import Synthesis

/// The spectra of a stretch of training in their order: fresh mixtures or measurements from a stream, or the mixtures
/// of a fixed set.
///
/// A fixed set is not stored: each of its spectra has a seed of its own and is drawn again whenever its turn comes.
package struct TrainingSpectra {
    private var mixtures: MixtureGenerator?
    private var measurements: MeasurementRows?
    /// Seeds of the fixed set's spectra in the order of their turns; none for a stream.
    private var seeds: [UInt64] = []
    private var turn = 0

    /// An endless stream.
    package init(stream mixtures: MixtureGenerator) {
        self.mixtures = mixtures
    }

    /// An endless stream of what instruments deliver.
    package init(stream measurements: MeasurementGenerator) {
        self.measurements = MeasurementRows(measurements)
    }

    /// The set of `count` spectra that `seed` names, in an order drawn from `order`, or as they were numbered.
    package init(_ mixtures: MixtureGenerator, setOf count: Int, seed: UInt64, order: UInt64? = nil) {
        self.mixtures = mixtures
        seeds = (0..<count).map { RandomGenerator.seed(seed, stream: UInt64($0)) }
        if let order {
            var random = RandomSource(seed: order)
            seeds.shuffle(using: &random)
        }
    }

    /// Draws the next spectrum and its labels; returns the applied shift in eV.
    package mutating func next(spectrum: inout MutableSpan<Float>, labels: inout MutableSpan<Float>) -> Float {
        if let shift = measurements?.next(spectrum: &spectrum, labels: &labels) { return shift }
        if !seeds.isEmpty {
            mixtures?.restart(seed: seeds[turn])
            turn = (turn + 1) % seeds.count
        }
        return mixtures?.next(spectrum: &spectrum, labels: &labels) ?? 0
    }
}
