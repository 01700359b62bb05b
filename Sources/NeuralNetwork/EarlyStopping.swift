/// Says when a training no longer improves: `patience` epochs without a lower loss.
public struct EarlyStopping: Sendable, Equatable {
    /// Epochs without improvement after which the training ends.
    public let patience: Int
    /// The lowest loss so far.
    public private(set) var best = Float.infinity
    /// Epochs since the lowest loss.
    public private(set) var waited = 0

    /// A watch that bears that many epochs.
    public init(patience: Int = 15) {
        self.patience = patience
    }

    /// Whether the training has waited long enough.
    public var isDone: Bool { waited >= patience }

    /// Takes note of an epoch's loss and says whether it is the lowest so far.
    @discardableResult
    public mutating func observe(_ loss: Float) -> Bool {
        guard loss < best else {
            waited += 1
            return false
        }
        best = loss
        waited = 0
        return true
    }
}
