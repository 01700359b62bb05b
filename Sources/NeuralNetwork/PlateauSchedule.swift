/// A learning rate that is divided by ten when the watched loss has not improved for `patience` epochs.
public struct PlateauSchedule: Sendable, Equatable {
    /// The rate of the next epoch.
    public private(set) var rate: Float
    /// What a plateau multiplies the rate by.
    public let factor: Float
    /// Epochs without improvement that are still borne.
    public let patience: Int
    /// The lowest loss so far.
    public private(set) var best = Float.infinity
    /// Epochs since the lowest loss or the last change of the rate.
    public private(set) var waited = 0

    /// A schedule that starts at `rate`.
    public init(rate: Float, factor: Float = 0.1, patience: Int = 5) {
        self.rate = rate
        self.factor = factor
        self.patience = patience
    }

    /// Takes note of an epoch's loss; improvements below one part in ten thousand do not count.
    public mutating func observe(_ loss: Float) {
        if loss < best * (1 - 1e-4) {
            best = loss
            waited = 0
            return
        }
        waited += 1
        if waited > patience {
            rate *= factor
            waited = 0
        }
    }
}
