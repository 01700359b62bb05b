public import Foundation
public import Synthesis

extension Trainer {
    /// Writes all that a later `resume` needs.
    public func save(checkpoint url: URL) throws {
        try optimization.save(
            TrainingState(plan: plan, epoch: epoch, history: history, best: best), statistics: network.statistics,
            to: url)
    }

    /// Goes on where a checkpoint of the same plan ended; a plan that differs is refused, except for more or fewer
    /// epochs where the course of the rate does not depend on them.
    public static func resume(
        plan: TrainingPlan, library: PolymerLibrary, spectra: SpectralLibrary? = nil, checkpoint url: URL
    ) throws -> Trainer {
        let trainer = Trainer(plan: plan, library: library, spectra: spectra)
        let state = try trainer.optimization.restore(plan: plan, statistics: trainer.network.statistics, from: url)
        (trainer.epoch, trainer.history, trainer.best) = (state.epoch, state.history, state.best)
        return trainer
    }
}
