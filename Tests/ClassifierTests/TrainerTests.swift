import Classifier
import Foundation
import NeuralNetwork
import Synthesis
import Testing

@Suite struct TrainerTests {
    func plan(_ architecture: Architecture, epochs: Int = 2, recipe: TrainingPlan.Recipe = .oneCycle) -> TrainingPlan {
        var plan = TrainingPlan(
            architecture: architecture, spectraPerEpoch: 64, epochs: epochs, recipe: recipe, seed: 11)
        plan.batch = 16
        plan.validationSpectra = 32
        plan.calibrationSpectra = 32
        return plan
    }

    @Test func sameSeedSameWeights() throws {
        let library = try PolymerLibrary.shipped
        let first = try Trainer(plan: plan(.stn), library: library).run(name: "a")
        let second = try Trainer(plan: plan(.stn), library: library).run(name: "a")
        #expect(first.weights == second.weights)
        #expect(first.metadata == second.metadata)
        var other = plan(.stn)
        other.seed = 12
        #expect(try Trainer(plan: other, library: library).run(name: "a").weights != first.weights)
    }

    @Test(arguments: [TrainingPlan.Recipe.oneCycle, .paper])
    func resumesAsIfNothingHadHappened(recipe: TrainingPlan.Recipe) throws {
        let library = try PolymerLibrary.shipped
        let plan = plan(.stn, epochs: 3, recipe: recipe)
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).checkpoint")
        defer { try? FileManager.default.removeItem(at: url) }
        let whole = try Trainer(plan: plan, library: library).run(name: "a")

        let interrupted = Trainer(plan: plan, library: library)
        try interrupted.trainEpoch()
        try interrupted.save(checkpoint: url)
        let resumed = try Trainer.resume(plan: plan, library: library, checkpoint: url)
        #expect(resumed.epoch == 1 && resumed.history == interrupted.history)
        let model = try resumed.run(name: "a")
        #expect(model.weights == whole.weights)
        #expect(model.metadata == whole.metadata)

        var other = plan
        other.seed += 1
        #expect(throws: ModelError.self) { try Trainer.resume(plan: other, library: library, checkpoint: url) }
        try whole.save(to: url)
        #expect(throws: ModelError.self) { try Trainer.resume(plan: plan, library: library, checkpoint: url) }
    }

    @Test func learnsAndReports() throws {
        var plan = plan(.mlp, epochs: 2)
        plan.spectraPerEpoch = 1600
        plan.maxShiftEV = 0
        var seen: [Int] = []
        var validations = 0
        let trainer = Trainer(plan: plan, library: try .shipped)
        let model = try trainer.run(
            name: "learner",
            onProgress: { progress in
                seen.append(progress.spectraSeen)
                if progress.validation != nil { validations += 1 }
            })
        #expect(seen == seen.sorted() && seen.last == 3200 && validations == 2)
        #expect(try #require(trainer.history.last).loss < 0.3)
        #expect(model.shiftOriginEV == nil && model.trainingRecord["spectra"] == "3200")
    }
}
