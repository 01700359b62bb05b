import Synthesis

/// What may be wrong with one substance's tabulation in a measurement, in standard deviations.
struct SubstanceErrors: Sendable, Hashable {
    /// One of the errors.
    enum Place: Sendable, Hashable {
        /// The energy error that all lines of a polymer share.
        case common
        /// The substance's own shift under differential charging.
        case charging
        /// One of `LineErrors`.
        case lines(Int)
    }

    var common = 0.0
    var charging = 0.0
    var lines: LineErrors

    subscript(place: Place) -> Double {
        get {
            switch place {
            case .common: common
            case .charging: charging
            case .lines(let index): lines.deviations[index]
            }
        }
        set {
            switch place {
            case .common: common = newValue
            case .charging: charging = newValue
            case .lines(let index): lines.deviations[index] = newValue
            }
        }
    }
}
