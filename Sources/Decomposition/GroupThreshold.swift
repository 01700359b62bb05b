/// The share of a spectrum's polymers from which a functional group counts as present, chosen on labelled spectra.
public struct GroupThreshold: Sendable, Hashable {
    /// The share.
    public let share: Double

    /// A known threshold.
    public init(share: Double) {
        self.share = share
    }

    /// The threshold with which most label vectors are right as a whole: the middle of the widest interval of such.
    ///
    /// - Parameters:
    ///   - groupShares: Per spectrum, the share of each group.
    ///   - labels: Per spectrum, whether each group is present.
    public init(choosingFrom groupShares: [[Double]], labels: [[Bool]]) {
        // Of one spectrum every threshold is right that lies above all shares of absent groups and not above the
        // smallest of present ones: an interval. The best threshold lies in most intervals.
        var edges: [(share: Double, step: Int)] = []
        for (shares, present) in zip(groupShares, labels) {
            var low = 0.0
            var high = 1.0
            for (share, isPresent) in zip(shares, present) {
                if isPresent { high = min(high, share) } else { low = max(low, share) }
            }
            if low < high { edges += [(low, 1), (high, -1)] }
        }
        edges.sort { $0.share < $1.share || ($0.share == $1.share && $0.step < $1.step) }
        var depth = 0
        var best = (depth: 0, width: 0.0, share: 0.02)
        for (edge, next) in zip(edges, edges.dropFirst()) {
            depth += edge.step
            let width = next.share - edge.share
            if depth > best.depth || (depth == best.depth && width > best.width) {
                best = (depth, width, (edge.share + next.share) / 2)
            }
        }
        share = best.share
    }

    /// Whether each group is present.
    public func calls(_ groupShares: [Double]) -> [Bool] {
        groupShares.map { $0 >= share && $0 > 0 }
    }

    /// The share of each functional group's carriers in a mixture.
    ///
    /// - Parameters:
    ///   - shares: One share per polymer.
    ///   - carriers: Per group, one mark per polymer.
    public static func groupShares(_ shares: [Double], carriers: [[Bool]]) -> [Double] {
        carriers.map { marks in zip(shares, marks).reduce(0) { $0 + ($1.1 ? $1.0 : 0) } }
    }
}
