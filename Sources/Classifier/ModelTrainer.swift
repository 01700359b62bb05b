public import Foundation

/// A training that goes epoch by epoch and can be taken up where it was left.
public protocol ModelTrainer: AnyObject {
    /// What is trained and how.
    var plan: TrainingPlan { get }
    /// Epochs done.
    var epoch: Int { get }
    /// Whether nothing is left to do.
    var isDone: Bool { get }
    /// One epoch and its validation.
    func trainEpoch(_ onProgress: (TrainingProgress) -> Void) throws
    /// Writes all that a later resumption needs.
    func save(checkpoint url: URL) throws
    /// The model as it stands.
    func finish(name: String) throws -> Model
}

extension Trainer: ModelTrainer {}
extension RegionTrainer: ModelTrainer {}
extension UnmixingTrainer: ModelTrainer {}
