import Foundation

/// Straight lines that the logits of probabilities are put through: one for each group, then one for each class; for
/// whole combinations of groups, one for each class.
///
/// z' = a z + b, fitted by maximum likelihood (Platt, Advances in Large Margin Classifiers, 1999) with a prior that
/// keeps lines with few examples near the identity. Monotone, since no slope is negative.
package struct CalibrationLogits: Sendable, Equatable {
    /// Slope and offset.
    struct Line: Sendable, Equatable {
        var slope: Float = 1
        var offset: Float = 0
    }

    /// Logits are held within ± this.
    static let largestLogit: Float = 12
    /// The weight of the prior, in examples whose curvature is 1.
    private static let priorWeight = 4.0
    private static let slopes: ClosedRange<Double> = 0.2...4

    /// One for each group.
    var groups: [Line]
    /// One for each class.
    var classes: [Line]
    /// One for each class, of the probability that a combination is right.
    var combinations: [Line]

    /// Leaves probabilities as they are.
    package static func none(labels: Int) -> CalibrationLogits {
        CalibrationLogits(
            groups: [Line](repeating: Line(), count: labels),
            classes: [Line](repeating: Line(), count: CalibrationClass.count),
            combinations: [Line](repeating: Line(), count: CalibrationClass.count))
    }

    /// The calibrated probability of a group in a spectrum of a class.
    package func probability(_ probability: Float, group: Int, in index: Int) -> Float {
        Self.probability(classes[index].apply(groups[group].apply(Self.logit(probability))))
    }

    /// A combination with the calibrated probability that it is right, in a spectrum of a class.
    package func calibrated(_ combination: GroupCombination?, in index: Int) -> GroupCombination? {
        combination.map {
            GroupCombination(
                groups: $0.groups,
                probability: Self.probability(combinations[index].apply(Self.logit($0.probability))))
        }
    }

    /// Fits the lines of combinations to the most probable one of each spectrum and whether it is right; nil for none.
    package mutating func fit(combinations: [(probability: Float, isRight: Bool)?], pools: CalibrationPools) {
        self.combinations = pools.members.map { members in
            Self.line(members.compactMap { combinations[$0].map { (Self.logit($0.probability), $0.isRight) } })
        }
    }

    /// Fits the lines of groups and classes to rows of probabilities and labels [examples, labels].
    package static func fit(probabilities: [[Float]], labels: [[Bool]], pools: CalibrationPools) -> CalibrationLogits {
        let width = probabilities.first?.count ?? 0
        var fitted = none(labels: width)
        for group in 0..<width {
            fitted.groups[group] = line(
                probabilities.indices.map { (logit(probabilities[$0][group]), labels[$0][group]) })
        }
        // A group that no example carries teaches nothing of how sure one may be.
        let occurring = (0..<width).filter { group in labels.contains { $0[group] } }
        for (index, members) in pools.members.enumerated() {
            var points: [(logit: Float, label: Bool)] = []
            points.reserveCapacity(members.count * occurring.count)
            for example in members {
                for group in occurring {
                    points.append(
                        (fitted.groups[group].apply(logit(probabilities[example][group])), labels[example][group]))
                }
            }
            fitted.classes[index] = line(points)
        }
        return fitted
    }

    /// The line of greatest posterior probability, by Newton's method.
    private static func line(_ points: [(logit: Float, label: Bool)]) -> Line {
        guard points.contains(where: \.label), points.contains(where: { !$0.label }) else { return Line() }
        var (slope, offset) = (1.0, 0.0)
        for _ in 0..<12 {
            var gradient = (slope: priorWeight * (slope - 1), offset: priorWeight * offset)
            var curvature = (slope: priorWeight, both: 0.0, offset: priorWeight)
            for point in points {
                let z = Double(point.logit)
                let p = 1 / (1 + exp(-(slope * z + offset)))
                let error = p - (point.label ? 1 : 0)
                let weight = p * (1 - p)
                gradient.slope += error * z
                gradient.offset += error
                curvature.slope += weight * z * z
                curvature.both += weight * z
                curvature.offset += weight
            }
            let determinant = curvature.slope * curvature.offset - curvature.both * curvature.both
            guard determinant > 0 else { break }
            let step = (
                slope: (curvature.offset * gradient.slope - curvature.both * gradient.offset) / determinant,
                offset: (curvature.slope * gradient.offset - curvature.both * gradient.slope) / determinant
            )
            slope = min(max(slope - min(max(step.slope, -0.5), 0.5), slopes.lowerBound), slopes.upperBound)
            offset -= min(max(step.offset, -1), 1)
            if abs(step.slope) < 1e-4, abs(step.offset) < 1e-4 { break }
        }
        return Line(slope: Float(slope), offset: Float(offset))
    }

    /// ln(p/(1−p)), held within `largestLogit`.
    private static func logit(_ probability: Float) -> Float {
        let p = min(max(probability, 1e-7), 1 - 1e-7)
        return min(max(log(p / (1 - p)), -largestLogit), largestLogit)
    }

    private static func probability(_ logit: Float) -> Float { 1 / (1 + exp(-logit)) }
}

extension CalibrationLogits.Line {
    /// The line's value.
    func apply(_ logit: Float) -> Float { slope * logit + offset }
}
