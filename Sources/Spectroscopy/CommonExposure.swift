/// What the counts of regions are divided by so that regions can be compared, as far as all of them tell it.
public enum CommonExposure: Sendable, Hashable {
    /// Every region of counts tells how long its points took.
    case seconds
    /// All regions are counts and tell their sweeps, which are taken to be equally long.
    case sweeps
    /// Nothing that all tell: they are taken to have the same.
    case unknown

    /// What some regions have in common.
    public init(_ settings: some Sequence<RegionSettings>) {
        var (areSecondsKnown, areSweepsKnown) = (true, true)
        for region in settings {
            let isCounts = region.ordinate == .counts
            areSecondsKnown = areSecondsKnown && region.ordinate != .arbitrary && (!isCounts || region.exposureS != nil)
            areSweepsKnown = areSweepsKnown && isCounts && region.sweeps != nil
        }
        self = areSecondsKnown ? .seconds : areSweepsKnown ? .sweeps : .unknown
    }

    /// What one of the regions' intensities are divided by; 1 for those that are no counts.
    public func divisor(of settings: RegionSettings) -> Double {
        guard settings.ordinate == .counts else { return 1 }
        return switch self {
        case .seconds: settings.exposureS ?? 1
        case .sweeps: Double(settings.sweeps ?? 1)
        case .unknown: 1
        }
    }
}
