import Spectroscopy
import Synthesis

/// Measurements as the paper's networks read them: whole rows of the grid, preprocessed as in use.
struct MeasurementRows {
    private var measurements: MeasurementGenerator
    private var measurement = Measurement.empty
    private var gridded = GriddedSpectrum()
    private var plan: (serial: Int, plan: AxisPlan)?

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
        } while !Self.read(measurement, plan: &plan, gridded: &gridded, into: &spectrum)
        for group in 0..<labels.count { labels[group] = measurement.labels[group] }
        return Float(measurement.shiftEV)
    }

    /// Reads one measurement; false where nothing rises above its background.
    static func read(
        _ measurement: Measurement, plan: inout (serial: Int, plan: AxisPlan)?, gridded: inout GriddedSpectrum,
        into spectrum: inout MutableSpan<Float>
    ) -> Bool {
        let setup = measurement.setup
        let axes =
            plan.flatMap { $0.serial == setup.serial ? $0.plan : nil } ?? AxisPlan(setup.regions, grid: .standard)
        plan = (setup.serial, axes)
        do {
            try axes.regridder.regrid(measurement.intensities, into: &gridded)
            try Preprocessing.prepare(gridded, settings: axes.settings, into: &spectrum)
        } catch {
            return false
        }
        return true
    }
}
