import Spectroscopy

/// The sizes at a network's two ends, and its dropout.
public struct NetworkShape: Sendable, Equatable {
    /// Points of a spectrum.
    public var points: Int
    /// Labels of an answer.
    public var labels: Int
    /// Probability that a hidden value is left out in training.
    public var dropout: Float

    /// A shape of those sizes.
    public init(points: Int, labels: Int, dropout: Float = 0.1) {
        self.points = points
        self.labels = labels
        self.dropout = dropout
    }

    /// The paper's: 6,601 points, 40 functional groups, dropout 0.1.
    public static let standard = NetworkShape(
        points: EnergyGrid.standard.count, labels: FunctionalGroup.all.count)
}
