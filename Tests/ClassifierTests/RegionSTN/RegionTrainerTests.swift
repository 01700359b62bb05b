import Classifier
import Foundation
import NeuralNetwork
import Synthesis
import Testing

@Suite struct RegionTrainerTests {
    func plan(_ architecture: Architecture = .regionSTN, epochs: Int = 2) -> TrainingPlan {
        var plan = TrainingPlan(
            architecture: architecture, maxShiftEV: 5, spectraPerEpoch: 32, epochs: epochs, seed: 11)
        plan.batch = 16
        plan.validationSpectra = 16
        return plan
    }

    func withCheckpoint(_ body: (URL) throws -> Void) throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).checkpoint")
        defer { try? FileManager.default.removeItem(at: url) }
        try body(url)
    }

    func values(_ network: any TrainedNetwork) -> [[Float]] {
        network.parameters.map(\.value.array) + network.statistics.map(\.values.array)
    }

    @Test func resumesAsIfNothingHadHappened() throws {
        let library = try PolymerLibrary.shipped
        try withCheckpoint { url in
            let trainer = RegionTrainer(plan: plan(), library: library)
            try trainer.trainEpoch()
            try trainer.save(checkpoint: url)
            try trainer.trainEpoch()
            #expect(trainer.isDone && trainer.history.count == 2)
            let resumed = try RegionTrainer.resume(plan: plan(), library: library, checkpoint: url)
            #expect(resumed.epoch == 1 && resumed.history == [trainer.history[0]] && !resumed.isDone)
            try resumed.trainEpoch()
            // Bit for bit, weights and running statistics.
            #expect(values(resumed.network) == values(trainer.network) && resumed.history == trainer.history)

            var other = plan()
            other.seed += 1
            #expect(throws: ModelError.self) {
                try RegionTrainer.resume(plan: other, library: library, checkpoint: url)
            }
            try HandmadeNetwork.model().save(to: url)
            #expect(throws: ModelError.self) {
                try RegionTrainer.resume(plan: plan(), library: library, checkpoint: url)
            }
        }
    }

    @Test func goesOnFromAModel() throws {
        let library = try PolymerLibrary.shipped
        let first = RegionTrainer(plan: plan(), library: library)
        try first.trainEpoch()
        let model = first.finish(name: "first")
        let plan = plan().starting(from: model)
        #expect(plan.peakRate == self.plan().peakRate / 2 && plan.start?.contains("first, 32 spectra") == true)
        let second = try RegionTrainer(plan: plan, library: library, from: model)
        for parameter in second.network.parameters {
            #expect(parameter.value.array == model.weights[parameter.name]?.values)
        }
        try second.trainEpoch()
        #expect(second.finish(name: "second").trainingRecord["start"] == plan.start)
        try withCheckpoint { url in
            try second.save(checkpoint: url)
            #expect(try RegionTrainer.resume(plan: plan, library: library, checkpoint: url).epoch == 1)
            // Weights that began elsewhere are another training.
            #expect(throws: ModelError.self) {
                try RegionTrainer.resume(plan: self.plan(), library: library, checkpoint: url)
            }
        }
    }

    @Test func unmixingTrainingResumes() throws {
        let library = try PolymerLibrary.shipped
        try withCheckpoint { url in
            let trainer = try UnmixingTrainer(plan: plan(.unmixingSTN), library: library)
            try trainer.trainEpoch()
            try trainer.save(checkpoint: url)
            try trainer.trainEpoch()
            let resumed = try UnmixingTrainer.resume(
                plan: plan(.unmixingSTN), library: library, checkpoint: url)
            try resumed.trainEpoch()
            let (model, whole) = (resumed.finish(name: "a"), trainer.finish(name: "a"))
            #expect(model.weights == whole.weights && resumed.history == trainer.history)
            #expect(whole.architecture == .unmixingSTN && whole.preprocessing == RegionReading.name)
            #expect(model.metadata == whole.metadata && whole.metadata["training.spectra"] == "64")
        }
    }

    @Test func unmixingNeedsItsLibrary() throws {
        let library = try PolymerLibrary.shipped
        let smaller = library.keeping { $0.name != library.polymers[0].name }
        #expect {
            try UnmixingTrainer(plan: plan(.unmixingSTN), library: smaller)
        } throws: {
            "\($0)".contains("104") && "\($0)".contains("\(smaller.polymers.count)")
        }
    }

    /// The gradient of the whole loss with respect to the reader's weights, of real measurements.
    @Test func gradientOfTheWholeLoss() throws {
        let library = try PolymerLibrary.shipped
        let trainer = RegionTrainer(plan: plan(), library: library)
        var measurements = MeasurementGenerator(library: library, effects: .all, maxShiftEV: 5, seed: 12)
        var draw = RandomGenerator(seed: 13)
        trainer.source.fill(trainer.network.input, from: &measurements, count: 16, random: &draw)
        func loss() -> Double {
            var random = RandomGenerator(seed: 14)
            return Double(trainer.backpropagate(&random))
        }
        _ = loss()
        for name in [
            "linear1.weight", "norm2.weight", "groups.weight", "residual.bias", "amounts.weight", "decoder.weight",
        ].map({ "reader.\($0)" })
            + ["linear1.weight", "norm2.bias", "polymers.weight", "chain.bias"].map({ "second.\($0)" })
        {
            let parameter = try #require(trainer.network.parameters.first { $0.name == name })
            let gradient = parameter.gradient.array
            GradientCheck.expect(
                gradient, at: parameter.value, step: 4e-3, tolerance: 0.05, "\(parameter.name)", loss: loss)
        }
        for parameter in trainer.network.parameters {
            #expect(!parameter.gradient.array.contains { !$0.isFinite }, "\(parameter.name)")
        }
    }
}
