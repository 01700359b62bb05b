/// What a region model's raw answers must be corrected by before they may be believed: measured on spectra of the
/// selection split and stored with the weights.
public struct Calibration: Sendable, Equatable {
    /// No correction, as of a model that was never calibrated.
    public static let none = Calibration()

    /// Creates a calibration that corrects nothing.
    public init() {}
}
