import Spectroscopy
import Synthesis

/// The axes of simulated measurements, which stay the same for all draws of a setup.
struct MeasurementAxes {
    private let reader: AxisPlan.Reader
    private var last: (serial: Int, plan: AxisPlan)?

    /// The axes as a reader needs them.
    init(for reader: AxisPlan.Reader) { self.reader = reader }

    /// The plan of a setup's axes, made anew where it is another setup than the last.
    mutating func plan(of setup: InstrumentSetup) -> AxisPlan {
        if let last, last.serial == setup.serial { return last.plan }
        let plan = AxisPlan(setup.regions, for: reader)
        last = (setup.serial, plan)
        return plan
    }
}
