import Spectroscopy
import Synthesis

/// Measurements as the paper's networks read them: whole rows of the grid, preprocessed as in use.
struct MeasurementRows {
    private var measurements: MeasurementGenerator
    private var measurement = Measurement.empty
    private var gridded = GriddedSpectrum()
    private var axes = MeasurementAxes(for: .wholeAxis)

    /// The rows of a stream.
    init(_ measurements: MeasurementGenerator) {
        self.measurements = measurements
    }

    /// Draws the next row and its labels and returns its shift in eV.
    ///
    /// One without any signal above its background is drawn again.
    mutating func next(spectrum: inout MutableSpan<Float>, labels: inout MutableSpan<Float>) -> Float {
        repeat {
            measurements.next(&measurement)
        } while !Self.read(measurement, axes: &axes, gridded: &gridded, into: &spectrum)
        for group in 0..<labels.count { labels[group] = measurement.labels[group] }
        return Float(measurement.shiftEV)
    }

    /// Reads one measurement; false where nothing rises above its background.
    static func read(
        _ measurement: Measurement, axes: inout MeasurementAxes, gridded: inout GriddedSpectrum,
        into spectrum: inout MutableSpan<Float>
    ) -> Bool {
        let plan = axes.plan(of: measurement.setup)
        do {
            try plan.regridder.regrid(measurement.intensities, into: &gridded)
            try Preprocessing.prepare(gridded, settings: plan.settings, into: &spectrum)
        } catch {
            return false
        }
        return true
    }
}
