import Classifier
import Synthesis

extension EvaluateCommand {
    /// The model that others are compared with in a report on the paper's mixtures.
    private static let comparedName = "stn-3eV"

    /// Judges the model in every way that its kind is judged in.
    func printReport() throws {
        let model = try Model.named(model)
        guard model.trainingRecord["seed"] != "\(seed)" else {
            throw ReportError.seedOfTraining(seed)
        }
        var plan = quick ? ReportPlan.quick : .standard
        plan.seed = seed
        if let spectra {
            plan.spectra = spectra
            plan.mixtures = spectra
        }
        plan.oracleSpectra = min(oracleSpectra ?? plan.oracleSpectra, plan.spectra)
        plan.oracleShifts = oracleShifts
        var printer = ReportPrinter(json: json)
        let library = try PolymerLibrary.shipped
        guard model.architecture != .regionSTN, !instrument else {
            try RegionReport(model: model, library: library, plan: plan) { printer.show($0) }.run()
            return
        }
        let compared = try ModelCatalogue.shipped.entries.first {
            $0.name == Self.comparedName && $0.name != model.name
        }
        let models = [model] + (try compared.map { [try Model.load(from: $0.file)] } ?? [])
        try BenchmarkReport(models: models, library: library, plan: plan) { printer.show($0) }.run()
    }
}

/// Why a report cannot be made, in words.
enum ReportError: Error, CustomStringConvertible {
    /// The spectra would be those of the training.
    case seedOfTraining(UInt64)

    var description: String {
        switch self {
        case .seedOfTraining(let seed):
            "the model was trained with the seed \(seed), so a report on it needs another --seed"
        }
    }
}
