import ArgumentParser
import Synthesis

/// The value of `--regions`: names of core levels by commas, `all`, or `survey`.
struct RegionChoice: ExpressibleByArgument {
    let regions: MeasurementPlan.Regions

    init?(argument: String) {
        switch argument {
        case "all": regions = .all
        case "survey": regions = .survey
        default:
            let names = Set(argument.split(separator: ",").map { $0.trimmingPrefix(" ").description })
            guard !names.isEmpty, names.isSubset(of: MeasurementPlan.regionNames) else { return nil }
            regions = .named(names)
        }
    }

    static var allValueStrings: [String] { ["all", "survey"] + MeasurementPlan.regionNames }
}
