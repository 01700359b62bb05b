/// How many of so many, with what that says of the share.
public struct Share: Sendable, Hashable {
    /// How many are counted.
    public private(set) var successes = 0
    /// Of how many.
    public private(set) var trials = 0

    /// None of none.
    public init() {}

    /// The share of elements that satisfy a condition.
    public init<Element>(of elements: some Sequence<Element>, where isCounted: (Element) -> Bool) {
        for element in elements { add(isCounted(element)) }
    }

    /// One more trial.
    public mutating func add(_ isCounted: Bool) {
        trials += 1
        successes += isCounted ? 1 : 0
    }

    /// The share, nil of none.
    public var value: Double? { trials > 0 ? Double(successes) / Double(trials) : nil }
    /// Between which values it lies with a probability of 95 %, nil of none.
    public var interval: ConfidenceInterval? {
        trials > 0 ? .wilson(successes: successes, trials: trials) : nil
    }

    /// The share of strangers whose familiarity is below that of all but so many known spectra, whatever the model's own
    /// threshold makes of either; nil where none is known.
    static func called(_ strange: [Double], among known: [Double], falseAlarms: Double = 0.05) -> Share? {
        guard !known.isEmpty else { return nil }
        let bound = known.sorted()[Int(falseAlarms * Double(known.count))]
        return Share(of: strange) { $0 < bound }
    }
}
