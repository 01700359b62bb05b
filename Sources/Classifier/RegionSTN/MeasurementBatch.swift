package import NeuralNetwork
import Spectroscopy
package import Synthesis

/// Fresh measurements with their truth, read as an instrument's spectra are.
package final class MeasurementBatch {
    /// Share of the measurements whose counting statistics the reading is not told, as with files that hold rates only.
    static let shareOfUnknownVariance: Float = 0.35

    /// Groups present [maxBatch, labels].
    package let labels: Buffer
    /// Polymers present [maxBatch, constituents], where they are asked for.
    package let constituents: Buffer
    /// The noise-free lines on the scale of the input [maxBatch, moving cells].
    package let signal: Buffer
    /// Spread of the shifts in eV and contamination's share [maxBatch, 2].
    package let amounts: Buffer
    /// The true shifts, on the cells that each measurement lies on.
    package private(set) var shiftsEV: [Float]

    private let constituentWidth: Int
    private var measurement = Measurement.empty
    private var reading = RegionReading()
    private var gridded = GriddedSpectrum()
    private var axes = MeasurementAxes(for: .regions)

    /// Room for a batch; of its polymers the first `constituents` of the library are kept.
    package init(maxBatch: Int, constituents: Int = 0) {
        constituentWidth = constituents
        self.constituents = Buffer(count: maxBatch * constituents)
        labels = Buffer(count: maxBatch * NetworkShape.standard.labels)
        signal = Buffer(count: maxBatch * CoreLevelWindow.layout.movingCount)
        amounts = Buffer(count: maxBatch * 2)
        shiftsEV = [Float](repeating: 0, count: maxBatch)
        labels.clear(count: labels.count)
    }

    /// Draws `count` measurements into the input's first rows; one without any signal above its noise is drawn again.
    package func fill(
        _ input: RegionInput, from generator: inout MeasurementGenerator, count: Int, random: inout RandomGenerator
    ) {
        // Generators of one seed with other plans number their setups alike.
        axes = MeasurementAxes(for: .regions)
        for row in 0..<count {
            while !draw(from: &generator, into: input, row: row, random: &random) {}
        }
    }

    private func draw(
        from generator: inout MeasurementGenerator, into input: RegionInput, row: Int, random: inout RandomGenerator
    ) -> Bool {
        generator.next(&measurement)
        let plan = axes.plan(of: measurement.setup)
        let knowsVariance = random.uniform() >= Self.shareOfUnknownVariance
        do {
            try plan.regridder.regrid(measurement.intensities, into: &gridded)
            try reading.read(gridded, settings: plan.settings, photons: plan.photons, knowsVariance: knowsVariance)
            input.set(reading, row: row)
            try plan.regridder.regrid(measurement.signal, into: &gridded)
        } catch {
            return false
        }
        let cells = CoreLevelWindow.layout.movingCount
        signal.withMutableSpan(row * cells..<(row + 1) * cells) {
            reading.curve(gridded, settings: plan.settings, photons: plan.photons, into: &$0)
        }
        labels.copy(measurement.labels.span, at: row * measurement.labels.count)
        for polymer in 0..<constituentWidth { constituents[row * constituentWidth + polymer] = 0 }
        for constituent in measurement.constituents where constituent.polymer < constituentWidth {
            constituents[row * constituentWidth + constituent.polymer] = 1
        }
        amounts[2 * row] = Float(measurement.spreadEV)
        amounts[2 * row + 1] = Float(measurement.contamination)
        shiftsEV[row] = Float(measurement.shiftEV - plan.originEV)
        return true
    }
}
