import ArgumentParser
import Classifier
import Foundation
import NeuralNetwork
import Synthesis

/// `corelevel calibrate`: how far a model's answers may be believed, measured and stored with its weights.
struct CalibrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Measure how far a model on regions may be believed and store it with the weights.",
        discussion: """
            Draws fresh measurements of the selection split, which nothing is trained on or reported, and fits to the \
            model's answers: sigmas of the shift, probabilities, thresholds at stated error rates, conformal sets and \
            familiarity. A calibration that the model already has is replaced. All measurements are held in memory: some \
            10 kB each, 6 GB of the usual number.
            """)

    @Option(help: "The model to calibrate: a name or a weight file.")
    var model: String

    @Option(help: "The weight file to write.", completion: .file())
    var out: String

    @Option(help: "Measurements to draw.")
    var spectra = Calibration.usualSpectra

    @Option(help: "The same seed gives the same measurements.")
    var seed = Calibration.selectionSeed

    func validate() throws {
        guard spectra >= Calibration.leastSpectra else {
            throw ValidationError("--spectra must be at least \(Calibration.leastSpectra).")
        }
    }

    func run() throws {
        try ExitStatus.requireFolder(of: out)
        var bar = ProgressBar("calibrating", total: spectra)
        do {
            let calibrated = try Model.named(model).calibrated(
                library: PolymerLibrary.shipped, spectra: spectra, seed: seed, onProgress: { bar.advance(by: $0) })
            bar.finish()
            try calibrated.save(to: URL(fileURLWithPath: out))
            FileHandle.standardError.write(Data("Wrote \(out).\n".utf8))
        } catch {
            throw ExitStatus.report(error)
        }
    }
}
