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

    /// The paper's rate follows the losses alone, so a training can be made longer afterwards; one cycle cannot.
    @Test func onlyThePapersRecipeCanBeProlonged() throws {
        let library = try PolymerLibrary.shipped
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).checkpoint")
        defer { try? FileManager.default.removeItem(at: url) }
        let whole = try Trainer(plan: plan(.mlp, epochs: 3, recipe: .paper), library: library).run(name: "a")
        let short = Trainer(plan: plan(.mlp, epochs: 1, recipe: .paper), library: library)
        _ = try short.run(name: "a", endOfEpoch: { try $0.save(checkpoint: url) })
        let longer = try Trainer.resume(
            plan: plan(.mlp, epochs: 3, recipe: .paper), library: library, checkpoint: url)
        #expect(try longer.run(name: "a").weights == whole.weights)

        let cycle = Trainer(plan: plan(.mlp, epochs: 1), library: library)
        _ = try cycle.run(name: "a", endOfEpoch: { try $0.save(checkpoint: url) })
        #expect(throws: ModelError.self) {
            try Trainer.resume(plan: plan(.mlp, epochs: 3), library: library, checkpoint: url)
        }
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

    /// The paper's recipe shows the same spectra in every epoch, in another order; one-cycle shows new ones.
    @Test func fixedSetIsSeenInEveryEpoch() throws {
        let mixtures = MixtureGenerator(library: try .shipped, maxShiftEV: 3, seed: 1)
        func epoch(order: UInt64?, seed: UInt64 = 5) -> [[Float]] {
            var spectra = TrainingSpectra(mixtures, setOf: 12, seed: seed, order: order)
            return (0..<12).map { _ in
                let (points, labels) = (NetworkShape.standard.points, NetworkShape.standard.labels)
                var (spectrum, label) = ([Float](repeating: 0, count: points), [Float](repeating: 0, count: labels))
                var spectrumSpan = spectrum.mutableSpan
                var labelSpan = label.mutableSpan
                let shift = spectra.next(spectrum: &spectrumSpan, labels: &labelSpan)
                return [shift] + spectrum + label
            }
        }
        let (plain, first, second) = (epoch(order: nil), epoch(order: 1), epoch(order: 2))
        #expect(Set(plain).count == 12)
        #expect(Set(plain) == Set(first) && Set(first) == Set(second))
        #expect(first != second && first == epoch(order: 1))
        #expect(Set(plain).isDisjoint(with: epoch(order: nil, seed: 6)))
    }

    @Test func paperRecipeReportsItsBestEpoch() throws {
        let trainer = Trainer(plan: plan(.mlp, epochs: 3, recipe: .paper), library: try .shipped)
        let record = try trainer.run(name: "a").trainingRecord
        let losses = trainer.history.map(\.loss)
        #expect(record["kept_epoch"] == "\((losses.indices.min { losses[$0] < losses[$1] } ?? 0) + 1)")
        #expect(record["best_epoch_subset_accuracy"] == trainer.history.map(\.subsetAccuracy).max().map { "\($0)" })
        #expect(record["training_subset_accuracy"] != nil)
    }
}

extension Trainer {
    /// Trains until the plan is done.
    fileprivate func run(
        name: String, endOfEpoch: (Trainer) throws -> Void = { _ in },
        onProgress: (TrainingProgress) -> Void = { _ in }
    ) throws -> Model {
        while !isDone {
            try trainEpoch(onProgress)
            try endOfEpoch(self)
        }
        return try finish(name: name)
    }
}
