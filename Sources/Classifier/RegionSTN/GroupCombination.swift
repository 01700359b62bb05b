/// The groups that a spectrum shows as a whole, with the probability that all are right.
public struct GroupCombination: Sendable, Equatable {
    /// Whether each group is present.
    public var groups: [Bool]
    /// That these are present and no others.
    public var probability: Float

    /// Groups with the probability that these are present and no others.
    package init(groups: [Bool], probability: Float) {
        self.groups = groups
        self.probability = probability
    }

    /// The most probable combination over readings that are each true with a probability.
    static func mostProbable(_ readings: [(weight: Float, combinations: [GroupCombination])]) -> GroupCombination? {
        guard readings.count > 1 else { return readings.first?.combinations.first }
        var sums: [GroupCombination] = []
        for (weight, combinations) in readings {
            for combination in combinations {
                let probability = weight * combination.probability
                if let same = sums.firstIndex(where: { $0.groups == combination.groups }) {
                    sums[same].probability += probability
                } else {
                    sums.append(GroupCombination(groups: combination.groups, probability: probability))
                }
            }
        }
        return sums.max { $0.probability < $1.probability }
    }
}
