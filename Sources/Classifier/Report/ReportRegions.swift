import Synthesis

/// The sets of regions that a report's cells are recorded in.
enum ReportRegions: String, CaseIterable {
    case carbon = "C 1s"
    case carbonAndOxygen = "C 1s, O 1s"
    case all = "all"

    /// What a generator is asked for.
    var regions: MeasurementPlan.Regions {
        switch self {
        case .carbon: .named(["C 1s"])
        case .carbonAndOxygen: .named(["C 1s", "O 1s"])
        case .all: .all
        }
    }
}
