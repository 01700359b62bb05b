import Spectroscopy
import Synthesis

/// The axes of simulated measurements, which stay the same for all draws of a setup.
struct MeasurementAxes {
    private var last: (serial: Int, plan: AxisPlan)?

    /// The plan of a setup's axes, made anew where it is another setup than the last.
    mutating func plan(of setup: InstrumentSetup) -> AxisPlan {
        if let last, last.serial == setup.serial { return last.plan }
        let plan = AxisPlan(setup.regions, grid: .standard)
        last = (setup.serial, plan)
        return plan
    }
}
