public import ArgumentParser
public import Classifier
import Foundation
import NeuralNetwork
import Synthesis

/// `corelevel train`: a network from synthetic mixtures, resumable.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a network on synthetic spectra and write its weights.",
        discussion: """
            The recipe one-cycle draws every spectrum afresh from the seed and shows it once; the recipe paper draws a \
            set of --spectra once and shows it in every epoch, in another order each. After each epoch the training \
            is saved in OUT.checkpoint; the same command goes on from there. The paper's own training is --recipe paper \
            --spectra 80000 --epochs 130.

            The shipped models: --architecture region-stn --max-shift 9 on measurements with all instrument effects and \
            foreign materials, in legs as the network grew (Sources/Classifier/Resources/README.md), then corelevel \
            calibrate, made default; --architecture unmixing-stn --max-shift 5 --spectra 100000 --epochs 20 made \
            benchmark, on the paper's mixtures.
            """)

    @Option(help: "The network: mlp, cnn, stn, region-stn or unmixing-stn.")
    var architecture: Architecture

    @Option(help: "Shifts lie within plus and minus this, in eV.")
    var maxShift = 3.0

    @Option(help: "Spectra of an epoch; with the recipe paper the set that all epochs share.")
    var spectra = 100_000

    @Option(help: "Epochs, at most.")
    var epochs = 40

    @Option(
        help: """
            one-cycle (fresh spectra, the rate in one cycle) or paper (a fixed set, the rate 1e-4, divided by ten on a \
            plateau, stopped early, the best epoch kept).
            """)
    var recipe = TrainingPlan.Recipe.oneCycle

    @Option(
        name: .customLong("from"),
        help: "Begin with the weights of this model, at half the rate (region-stn): a shipped name or a file.")
    var start: String?

    @Option(
        help: """
            The highest rate of one-cycle, else \(TrainingPlan.usualPeakRate), with --from half of that: a low one for \
            a part that is new in a network that has learnt.
            """)
    var rate: Float?

    @Option(help: "The same seed and number of threads give the same weights.")
    var seed: UInt64 = 1

    @Option(help: "Threads of the matrix products.")
    var threads = 1

    @Option(
        help: """
            Mix the reference spectra in this folder, index.csv and text files of two columns, in place of the \
            built-in library's.
            """, completion: .directory)
    var library: String?

    @Flag(help: "Train mlp, cnn or stn on measurements with all instrument effects, as region-stn always is.")
    var instrument = false

    @Option(help: "The weight file to write.", completion: .file())
    var out: String

    @Flag(help: "Keep OUT.checkpoint in the end, for a training of more epochs to go on from (recipe paper).")
    var keepCheckpoint = false

    @Flag(help: "Print one JSON object for each epoch, and one for the model, on standard output.")
    var json = false

    func validate() throws {
        guard (0...MixtureGenerator.largestShiftEV).contains(maxShift) else {
            throw ValidationError("--max-shift must be 0 to \(MixtureGenerator.largestShiftEV) eV.")
        }
        guard spectra >= 64 else { throw ValidationError("--spectra must be at least 64, the size of a step.") }
        guard epochs > 0 else { throw ValidationError("--epochs must be at least 1.") }
        guard Architecture.paper.contains(architecture) || (recipe == .oneCycle && library == nil) else {
            throw ValidationError("--recipe paper and --library are for mlp, cnn and stn.")
        }
        guard !instrument || (recipe == .oneCycle && library == nil && architecture != .unmixingSTN) else {
            throw ValidationError("--instrument goes with --recipe one-cycle and the built-in library.")
        }
        guard start == nil || architecture == .regionSTN else {
            throw ValidationError("--from goes with --architecture region-stn.")
        }
        guard rate == nil || recipe == .oneCycle else {
            throw ValidationError("--rate is for the recipe one-cycle: the paper's has a rate of its own.")
        }
        guard rate.map({ $0 > 0 && $0 <= 0.1 }) ?? true else {
            throw ValidationError("--rate must lie above 0, and be 0.1 at most.")
        }
        guard (1...256).contains(threads) else { throw ValidationError("--threads must be 1 to 256.") }
    }

    func run() throws {
        let url = URL(fileURLWithPath: out)
        try ExitStatus.requireFolder(of: out)
        MatrixProduct.setThreads(threads)
        do {
            try train(to: url, checkpoint: url.appendingPathExtension("checkpoint"))
        } catch {
            throw ExitStatus.report(error)
        }
    }

    private func train(to url: URL, checkpoint: URL) throws {
        let polymers = try PolymerLibrary.shipped
        let references = try library.map {
            try SpectralLibrary(folder: URL(fileURLWithPath: $0), functionalGroups: polymers.functionalGroups)
        }
        var plan = TrainingPlan(
            architecture: architecture, maxShiftEV: maxShift, spectraPerEpoch: spectra, epochs: epochs,
            recipe: recipe, seed: seed)
        plan.library = references?.identity
        if instrument, architecture != .regionSTN { plan.effects = .all }
        let start = try start.map(Model.named)
        if let start { plan = plan.starting(from: start) }
        if let rate { plan.peakRate = rate }
        let isResumed = FileManager.default.fileExists(atPath: checkpoint.path)
        let trainer = try trainer(
            plan, library: polymers, spectra: references, start: start, checkpoint: isResumed ? checkpoint : nil)
        if isResumed, !json { say("Going on after epoch \(trainer.epoch) of \(plan.epochs).") }
        if !json { say("epoch    spectra  validation loss  subset  shift error") }
        var bar = ProgressBar("training \(architecture.rawValue)", total: plan.totalSpectra)
        var shown = 0
        while !trainer.isDone {
            try trainer.trainEpoch { progress in
                bar.advance(by: progress.spectraSeen - shown)
                shown = progress.spectraSeen
                if let validation = progress.validation { show(validation, of: progress) }
            }
            try trainer.save(checkpoint: checkpoint)
        }
        let model = try trainer.finish(name: url.deletingPathExtension().lastPathComponent)
        bar.finish()
        try model.save(to: url)
        // The weights are safe, so the checkpoint has served; one that stays does no harm.
        if !keepCheckpoint { try? FileManager.default.removeItem(at: checkpoint) }
        show(model)
    }

    private func trainer(
        _ plan: TrainingPlan, library: PolymerLibrary, spectra: SpectralLibrary?, start: Model?, checkpoint: URL?
    ) throws -> any ModelTrainer {
        switch (plan.architecture, checkpoint) {
        case (.regionSTN, let checkpoint?):
            try RegionTrainer.resume(plan: plan, library: library, checkpoint: checkpoint)
        case (.regionSTN, nil): try RegionTrainer(plan: plan, library: library, from: start)
        case (.unmixingSTN, let checkpoint?):
            try UnmixingTrainer.resume(plan: plan, library: library, checkpoint: checkpoint)
        case (.unmixingSTN, nil): try UnmixingTrainer(plan: plan, library: library)
        case (_, let checkpoint?):
            try Trainer.resume(plan: plan, library: library, spectra: spectra, checkpoint: checkpoint)
        case (_, nil): Trainer(plan: plan, library: library, spectra: spectra)
        }
    }

    private func show(_ validation: TrainingValidation, of progress: TrainingProgress) {
        if json {
            printLine(
                Epoch(
                    epoch: progress.epoch, epochs: progress.epochs, spectra: progress.spectraSeen,
                    rate: progress.learningRate, loss: progress.loss, validationLoss: validation.loss,
                    subsetAccuracy: validation.subsetAccuracy, shiftErrorEV: validation.shiftErrorEV,
                    spectraPerSecond: progress.spectraPerSecond, seconds: progress.epochSeconds))
            return
        }
        let error = validation.shiftErrorEV.map { String(format: "%8.3f eV", $0) } ?? "          –"
        say(
            String(
                format: "%5d %10d %16.4f  %5.1f%%  ", progress.epoch, progress.spectraSeen, validation.loss,
                100 * validation.subsetAccuracy) + error)
    }

    private func show(_ model: Model) {
        if json {
            printLine(Written(out: out, model: model.metadata.filter { $0.key != "labels" }))
        } else {
            say("Wrote \(out). Measure it with: corelevel evaluate --model \(out) --max-shift \(maxShift)")
        }
    }

    private func printLine(_ value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let line = try? encoder.encode(value) else { return }
        say(String(decoding: line, as: UTF8.self))
    }

    /// Prints a line at once, for whoever follows a training of an hour through a pipe.
    private func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    /// One epoch's line of `--json`.
    private struct Epoch: Encodable {
        let epoch: Int
        let epochs: Int
        let spectra: Int
        let rate: Float
        let loss: Float
        let validationLoss: Float
        let subsetAccuracy: Double
        let shiftErrorEV: Double?
        let spectraPerSecond: Double
        let seconds: Double?

        enum CodingKeys: String, CodingKey {
            case epoch, epochs, spectra, rate, loss, seconds
            case validationLoss = "validation_loss"
            case subsetAccuracy = "subset_accuracy"
            case shiftErrorEV = "shift_error_eV"
            case spectraPerSecond = "spectra_per_s"
        }
    }

    /// The last line of `--json`.
    private struct Written: Encodable {
        let out: String
        let model: [String: String]
    }
}

extension Architecture: ExpressibleByArgument {}
extension TrainingPlan.Recipe: ExpressibleByArgument {}
