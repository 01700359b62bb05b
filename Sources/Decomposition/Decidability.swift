import Glibc

/// What a fit says of one functional group: not only how much of it there is, but whether the spectrum could tell.
public struct GroupEvidence: Sendable, Hashable {
    /// The answer to "is the group there?" at stated rates of error.
    public enum Decision: String, Sendable, Hashable {
        /// A sample without it would hardly give this spectrum.
        case present
        /// A sample with a share that counts would hardly give this spectrum.
        case absent
        /// Both would.
        case undecided
    }

    /// Share of the visible atoms that belongs to polymers that carry the group.
    public let share: Double
    /// By how much chi-square rises when no carrier is allowed.
    public let riseWithout: Double
    /// By how much chi-square rises when the carriers must make up the least share that counts; zero if they do.
    public let riseWith: Double
    /// What follows at the asked rates of error.
    public let decision: Decision
}

/// The rates of error at which a group is called present or absent.
public struct DecisionRates: Sendable, Hashable {
    /// Share of samples without the group that may be called present.
    public var falsePresence: Double
    /// Share of samples with just the least share that counts that may be called absent.
    public var falseAbsence: Double
    /// The share of visible atoms from which a group counts as present.
    public var leastShare: Double

    /// 5 % of either error, at a share of 5 %.
    public static let standard = DecisionRates(falsePresence: 0.05, falseAbsence: 0.05, leastShare: 0.05)

    /// Chosen rates.
    public init(falsePresence: Double, falseAbsence: Double, leastShare: Double) {
        precondition((0...0.5).contains(falsePresence) && falsePresence > 0, "a rate within 0 to 0.5")
        precondition((0...0.5).contains(falseAbsence) && falseAbsence > 0, "a rate within 0 to 0.5")
        precondition(leastShare > 0 && leastShare < 1, "a share within 0 to 1")
        self.falsePresence = falsePresence
        self.falseAbsence = falseAbsence
        self.leastShare = leastShare
    }

    /// The rise of chi-square that a true hypothesis exceeds at a rate: z² with P(Z > z) = rate.
    ///
    /// One amount lies at the rim of what is allowed, so it is half a chi-square distribution of one degree of freedom
    /// (Chernoff, Annals of Mathematical Statistics 25, 1954, 573).
    static func bound(rate: Double) -> Double {
        guard rate < 0.5 else { return 0 }
        let z = upperQuantile(rate)
        return z * z
    }

    /// z with P(Z > z) = rate, by bisection on erfc.
    private static func upperQuantile(_ rate: Double) -> Double {
        var low = 0.0
        var high = 10.0
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if 0.5 * erfc(middle / 2.0.squareRoot()) > rate { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}

extension MixtureProblem {
    /// What the fit says of a group whose carriers are marked.
    ///
    /// - Parameters:
    ///   - carriers: One mark per polymer.
    ///   - amounts: The amounts of the unconstrained fit.
    ///   - least: Its misfit.
    mutating func evidence(
        carriers: [Bool], amounts: [Double], least: Double, rates: DecisionRates
    ) -> GroupEvidence {
        let share = zip(shares(amounts), carriers).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
        guard carriers.contains(true) else {
            return GroupEvidence(share: 0, riseWithout: 0, riseWith: .infinity, decision: .absent)
        }
        guard carriers.contains(false) else {
            return GroupEvidence(share: 1, riseWithout: .infinity, riseWith: 0, decision: .present)
        }
        let riseWithout = share > 0 ? rise(misfit(without: carriers), over: least) : 0
        let riseWith =
            share < rates.leastShare ? rise(misfit(carriers: carriers, share: rates.leastShare), over: least) : 0
        let decision: GroupEvidence.Decision =
            if riseWith > DecisionRates.bound(rate: rates.falseAbsence) {
                .absent
            } else if riseWithout > DecisionRates.bound(rate: rates.falsePresence) {
                .present
            } else {
                .undecided
            }
        return GroupEvidence(share: share, riseWithout: riseWithout, riseWith: riseWith, decision: decision)
    }

    private func rise(_ misfit: Double, over least: Double) -> Double {
        max(0, misfit - least) / misfitScale
    }
}
