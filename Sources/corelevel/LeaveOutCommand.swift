import ArgumentParser
import Classifier
import Foundation
import NeuralNetwork
import Synthesis

/// `corelevel leave-out`: networks trained without some polymers, judged on these.
struct LeaveOutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "leave-out",
        abstract: "Train the default network without some polymers and measure it on them: a long campaign.",
        discussion: """
            Each draw leaves out at least 12 polymers, near-identical ones together, trains a network on measurements of \
            the rest, and judges it on mixtures that hold exactly one unseen polymer, by the groups that it alone \
            carries. It is calibrated on the rest, too, and its familiarity tried on the unseen polymers. Every draw is a \
            whole training (hours on one core at the defaults). What is in the folder is not computed again: \
            DRAW.safetensors.checkpoint after each epoch, DRAW.safetensors when trained, DRAW.json when judged.
            """)

    private static let calibrationSpectra = 120_000

    @Option(help: "Where weights, checkpoints and figures lie.", completion: .directory)
    var folder: String

    @Option(help: "Draws of polymers to leave out.")
    var draws = 3

    @Option(help: "Measurements of an epoch.")
    var spectra = 120_000

    @Option(help: "Epochs of a training.")
    var epochs = 20

    @Option(help: "Shifts lie within plus and minus this in training, in eV.")
    var maxShift = 9.0

    @Option(help: "Seed of the trainings.")
    var seed = Split.training.rawValue

    @Option(help: "Measurements that each network is judged on.")
    var judged = 4000

    @Flag(help: "Print one JSON object for each draw on standard output.")
    var json = false

    func validate() throws {
        guard (1...100).contains(draws) else { throw ValidationError("--draws must be 1 to 100.") }
        guard spectra >= 64 else { throw ValidationError("--spectra must be at least 64, the size of a step.") }
        guard epochs > 0, judged > 0 else { throw ValidationError("--epochs and --judged must be at least 1.") }
        guard (0...MeasurementGenerator.largestShiftEV).contains(maxShift) else {
            throw ValidationError("--max-shift must be 0 to \(MeasurementGenerator.largestShiftEV) eV.")
        }
    }

    func run() throws {
        let directory = URL(fileURLWithPath: folder)
        do {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            let library = try PolymerLibrary.shipped
            var printer = ReportPrinter(json: json)
            for draw in 1...draws {
                let result = directory.appendingPathComponent("draw-\(draw).json")
                if let line = try? String(contentsOf: result, encoding: .utf8) {
                    if json {
                        print(line.trimmingCharacters(in: .whitespacesAndNewlines))
                    } else {
                        print("draw \(draw) was judged before: \(result.path)")
                    }
                    continue
                }
                let leaveOut = LeaveOut(draw: draw, library: library)
                let model = try train(leaveOut, draw: draw, in: directory)
                let calibrated = try calibrate(model, on: leaveOut, draw: draw)
                let record = try leaveOut.evaluate(calibrated, spectra: judged)
                try Data(record.json + [10]).write(to: result, options: .atomic)
                printer.show(record)
            }
        } catch {
            throw ExitStatus.report(error)
        }
    }

    /// Calibrated on what it was trained on; what is left out stays unknown to its familiarity.
    private func calibrate(_ model: Model, on leaveOut: LeaveOut, draw: Int) throws -> Model {
        var bar = ProgressBar("calibrating draw \(draw)", total: Self.calibrationSpectra)
        let calibrated = try model.calibrated(library: leaveOut.trainingLibrary, spectra: Self.calibrationSpectra) {
            bar.advance(by: $0)
        }
        bar.finish()
        return calibrated
    }

    private func train(_ leaveOut: LeaveOut, draw: Int, in directory: URL) throws -> Model {
        let weights = directory.appendingPathComponent("draw-\(draw).safetensors")
        if FileManager.default.fileExists(atPath: weights.path) { return try Model.load(from: weights) }
        var plan = TrainingPlan(
            architecture: .regionSTN, maxShiftEV: maxShift, spectraPerEpoch: spectra, epochs: epochs, seed: seed)
        plan.library = "without \(leaveOut.leftOut.sorted())"
        let checkpoint = weights.appendingPathExtension("checkpoint")
        let trainer =
            FileManager.default.fileExists(atPath: checkpoint.path)
            ? try RegionTrainer.resume(plan: plan, library: leaveOut.trainingLibrary, checkpoint: checkpoint)
            : RegionTrainer(plan: plan, library: leaveOut.trainingLibrary)
        var bar = ProgressBar("training draw \(draw)", total: plan.totalSpectra)
        var shown = 0
        while !trainer.isDone {
            try trainer.trainEpoch { progress in
                bar.advance(by: progress.spectraSeen - shown)
                shown = progress.spectraSeen
            }
            try trainer.save(checkpoint: checkpoint)
        }
        bar.finish()
        let model = trainer.finish(name: "draw-\(draw)")
        try model.save(to: weights)
        return model
    }
}
