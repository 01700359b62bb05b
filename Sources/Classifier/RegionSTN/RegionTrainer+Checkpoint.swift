public import Foundation
public import Synthesis

extension RegionTrainer {
    /// Writes all that a later `resume` needs.
    public func save(checkpoint url: URL) throws {
        try optimization.save(
            TrainingState(plan: plan, epoch: epoch, history: history), statistics: network.statistics, to: url)
    }

    /// Goes on where a checkpoint of the same plan ended.
    public static func resume(plan: TrainingPlan, library: PolymerLibrary, checkpoint url: URL) throws -> RegionTrainer
    {
        let trainer = RegionTrainer(plan: plan, library: library)
        let state = try trainer.optimization.restore(plan: plan, statistics: trainer.network.statistics, from: url)
        trainer.epoch = state.epoch
        trainer.history = state.history
        return trainer
    }
}

extension UnmixingTrainer {
    /// Writes all that a later `resume` needs.
    public func save(checkpoint url: URL) throws {
        try optimization.save(
            TrainingState(plan: plan, epoch: epoch, history: history), statistics: network.statistics, to: url)
    }

    /// Goes on where a checkpoint of the same plan ended.
    public static func resume(
        plan: TrainingPlan, library: PolymerLibrary, checkpoint url: URL
    ) throws -> UnmixingTrainer {
        let trainer = try UnmixingTrainer(plan: plan, library: library)
        let state = try trainer.optimization.restore(plan: plan, statistics: trainer.network.statistics, from: url)
        trainer.epoch = state.epoch
        trainer.history = state.history
        return trainer
    }
}
