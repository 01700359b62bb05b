/// Probabilities from which a group is called present, and below which absent, at stated rates of error.
///
/// The rates hold within each set of regions for each group, and within each class over all groups: of the two
/// thresholds that follow, the stricter one counts.
package struct CalibrationThresholds: Sendable, Equatable {
    /// Of the groups called present, at most this share is absent.
    package static let errorOfPresent = 0.05
    /// Of the groups called absent, at most this share is present.
    package static let errorOfAbsent = 0.02
    /// A group with fewer calls beyond one half has no threshold of its own, its class's counts.
    private static let leastCalls = 60

    /// Two probabilities: absent below the first, present from the second on.
    struct Bounds: Sendable, Equatable {
        var low: Float = 0.5
        var high: Float = 0.5

        func decision(_ probability: Float) -> Decision {
            if probability >= high { return .present }
            return probability < low ? .absent : .undecided
        }
    }

    /// [regions, labels].
    var groups: [Bounds]
    /// [classes].
    var classes: [Bounds]

    /// Calls everything, from one half on.
    static func none(labels: Int) -> CalibrationThresholds {
        CalibrationThresholds(
            groups: [Bounds](repeating: Bounds(), count: CalibrationClass.Regions.allCases.count * labels),
            classes: [Bounds](repeating: Bounds(), count: CalibrationClass.count))
    }

    /// The decision on a group in a spectrum of a class.
    package func decision(_ probability: Float, group: Int, in index: Int) -> Decision {
        let regions = index / CalibrationClass.levels
        let labels = groups.count / CalibrationClass.Regions.allCases.count
        let (own, common) = (groups[regions * labels + group], classes[index])
        return Bounds(low: min(own.low, common.low), high: max(own.high, common.high)).decision(probability)
    }

    /// Fits the thresholds to rows of calibrated probabilities and labels [examples, labels].
    package static func fit(
        probabilities: [[Float]], labels: [[Bool]], classes: [Int], pools: CalibrationPools
    ) -> CalibrationThresholds {
        let width = probabilities.first?.count ?? 0
        var fitted = none(labels: width)
        let occurring = (0..<width).filter { group in labels.contains { $0[group] } }
        for regions in CalibrationClass.Regions.allCases {
            let members = classes.indices.filter { classes[$0] / CalibrationClass.levels == regions.rawValue }
            for group in occurring {
                fitted.groups[regions.rawValue * width + group] = bounds(
                    members.map { (probabilities[$0][group], labels[$0][group]) })
            }
        }
        for (index, members) in pools.members.enumerated() {
            var points: [(probability: Float, label: Bool)] = []
            points.reserveCapacity(members.count * occurring.count)
            for example in members {
                for group in occurring { points.append((probabilities[example][group], labels[example][group])) }
            }
            fitted.classes[index] = bounds(points)
        }
        return fitted
    }

    private static func bounds(_ points: [(probability: Float, label: Bool)]) -> Bounds {
        let sorted = points.sorted { $0.probability < $1.probability }
        return Bounds(
            low: threshold(sorted.map { ($0.probability, $0.label) }, error: errorOfAbsent).map { min($0, 0.5) } ?? 0.5,
            high: threshold(sorted.reversed().map { ($0.probability, !$0.label) }, error: errorOfPresent)
                .map { max($0, 0.5) } ?? 0.5)
    }

    /// Where the longest run of calls, from the surest on, ends whose share of errors is within the bound; nil for too
    /// few calls.
    private static func threshold(_ calls: [(probability: Float, isWrong: Bool)], error: Double) -> Float? {
        let surest = calls.first?.probability ?? 0.5
        guard calls.count(where: { ($0.probability >= 0.5) == (surest >= 0.5) }) >= leastCalls else { return nil }
        var wrong = 0
        var end: Int?
        for (index, call) in calls.enumerated() {
            if call.isWrong { wrong += 1 }
            // Calls of one probability stand or fall together.
            if index + 1 < calls.count, calls[index + 1].probability == call.probability { continue }
            // One half more than was seen: what may be missed by chance.
            if Double(wrong) + 0.5 <= error * Double(index + 1) { end = index }
        }
        // Not even the surest may be called: present is from the threshold on, absent below it.
        guard let end else { return surest >= 0.5 ? surest.nextUp : surest }
        return end + 1 < calls.count ? (calls[end].probability + calls[end + 1].probability) / 2 : 0.5
    }
}
