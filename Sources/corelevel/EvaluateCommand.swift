import ArgumentParser
import Classifier
import Foundation
import NeuralNetwork
import Synthesis

/// `corelevel evaluate`: how often a model is right.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract:
            "Measure a model's accuracy on labelled spectra: a file of them, or fresh mixtures; or a whole report.",
        discussion: """
            Subset accuracy is the share of spectra of which all 40 functional groups are right. The calibration error \
            is taken over probabilities of at least 0.05 (in a report over 0.05 to 0.95), the macro F1 over groups that \
            occur. "whole" is the share of spectra of which the most probable combination of groups is right. The \
            columns' full names are the keys of --json.

            --report judges a model in every way that its kind is judged in, beside the constant answer and two oracles \
            (least squares that are told shift and background; one of them every line as it was drawn too, the other \
            the library as tabulated with the statistics of its errors): one that reads regions on measurements with \
            all effects, by counts and regions; one of the paper's benchmark on clean mixtures. Its spectra are the \
            test split's: nothing was trained or chosen on them. Shares come with intervals of 95 % (in --json).
            """)

    @Option(help: "Model to measure: a name or a weight file.")
    var model = Model.defaultName

    @Option(help: "Labelled set (.safetensors) to measure it on.", completion: .file())
    var data: String?

    @Option(help: "Instead of a file: fresh mixtures shifted within plus and minus this, in eV; several by commas.")
    var maxShift: ShiftList?

    @Option(
        help: """
            Mix the reference spectra in this folder, index.csv and text files of two columns, in place of the \
            built-in library's.
            """, completion: .directory)
    var library: String?

    @Flag(help: "Instead of both: the whole report on the model.")
    var report = false

    @Option(help: "Fresh mixtures for each shift (20000); of a report on regions, spectra of each cell (2000).")
    var spectra: Int?

    @Option(help: "Of a report on regions: spectra of each cell that the oracles answer too, which is slow (300).")
    var oracleSpectra: Int?

    @Option(
        help: "Of a report on regions: spectra of each cell whose shifts the oracle searches, seconds for each (0).")
    var oracleShifts = 0

    @Flag(help: "Judge one of the paper's networks as a model on regions is judged, on measurements with all effects.")
    var instrument = false

    @Flag(help: "A report of few spectra, for a first look.")
    var quick = false

    @Option(help: "The same seed gives the same spectra.")
    var seed = Split.test.rawValue

    @Flag(help: "Print one JSON object for each shift, or each line of a report, on standard output.")
    var json = false

    func validate() throws {
        guard [data != nil, maxShift != nil, report].count(where: \.self) == 1 else {
            throw ValidationError("Give one of --data, --max-shift and --report.")
        }
        guard library == nil || maxShift != nil else { throw ValidationError("--library needs --max-shift.") }
        guard spectra ?? 1 > 0 else { throw ValidationError("--spectra must be at least 1.") }
        guard report || (oracleSpectra == nil && oracleShifts == 0 && !quick && !instrument) else {
            throw ValidationError("--oracle-spectra, --oracle-shifts, --quick and --instrument need --report.")
        }
        guard oracleSpectra ?? 1 > 0, oracleShifts >= 0 else {
            throw ValidationError("--oracle-spectra must be at least 1, --oracle-shifts at least 0.")
        }
        guard !report || seed != Split.selection.rawValue else {
            throw ValidationError("--seed \(seed) is the selection split's: a report needs another.")
        }
    }

    func run() throws {
        do {
            guard !report else { return try printReport() }
            let spectra = spectra ?? 20_000
            let evaluator = try Evaluator(model: Model.named(model))
            if let data {
                let set = try LabelledSet(contentsOf: URL(fileURLWithPath: data))
                if !json { print(Self.heading) }
                var bar = ProgressBar("evaluating", total: set.count)
                let metrics = try evaluator.evaluate(set) { bar.advance(by: $0) }
                bar.finish()
                show(metrics, maxShiftEV: try set.largestShiftEV)
            }
            if !json, maxShift != nil { print(Self.heading) }
            let polymers = try PolymerLibrary.shipped
            let references = try library.map {
                try SpectralLibrary(folder: URL(fileURLWithPath: $0), functionalGroups: polymers.functionalGroups)
            }
            for shiftEV in maxShift?.valuesEV ?? [] {
                var generator =
                    references.map { MixtureGenerator(spectra: $0, maxShiftEV: shiftEV, seed: seed) }
                    ?? MixtureGenerator(library: polymers, maxShiftEV: shiftEV, seed: seed)
                var bar = ProgressBar("evaluating at \(shiftEV) eV", total: spectra)
                let metrics = try evaluator.evaluate(&generator, count: spectra) { bar.advance(by: $0) }
                bar.finish()
                show(metrics, maxShiftEV: shiftEV)
            }
        } catch {
            throw ExitStatus.report(error)
        }
    }

    private static let heading =
        "max shift   spectra  subset   whole  labels  macro F1  micro F1     ECE  shift error: mean, median, 95 %"

    private func show(_ metrics: Evaluation.Metrics, maxShiftEV: Double?) {
        if json {
            print(String(decoding: metrics.json(maxShiftEV: maxShiftEV), as: UTF8.self))
            return
        }
        let shift = maxShiftEV.map { String(format: "%6.1f eV", $0) } ?? "        ?"
        let line = String(
            format: "%@ %9d  %5.1f%%  %@  %5.1f%%  %8.3f  %8.3f  %6.4f", shift, metrics.spectra,
            100 * metrics.subsetAccuracy,
            metrics.combinationAccuracy.map { String(format: "%5.1f%%", 100 * $0) } ?? "     –",
            100 * metrics.labelAccuracy, metrics.macroF1, metrics.microF1,
            metrics.expectedCalibrationError)
        let errors = metrics.shift.map {
            String(
                format: "  %.3f, %.3f, %.3f eV", $0.meanAbsoluteErrorEV, $0.medianEV, $0.percentile95EV)
        }
        print(line + (errors ?? "  not estimated"))
    }
}

/// Largest shifts in eV, written with commas between them.
struct ShiftList: ExpressibleByArgument {
    let valuesEV: [Double]

    init?(argument: String) {
        let values = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
        valuesEV = values.compactMap(\.self)
        let range = 0...MixtureGenerator.largestShiftEV
        guard !values.isEmpty, valuesEV.count == values.count, valuesEV.allSatisfy(range.contains) else { return nil }
    }
}
