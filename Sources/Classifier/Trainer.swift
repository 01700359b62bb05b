import NeuralNetwork
public import Synthesis

/// Trains one of the paper's networks and calibrates its shift's origin: on mixtures, fresh ones or a fixed set as the
/// recipe says, or on fresh measurements.
///
/// Every random draw of an epoch comes from the plan's seed and the epoch's number, so a training that is resumed from
/// a checkpoint goes on exactly as it would have without the break.
public final class Trainer {
    /// What is trained and how.
    public let plan: TrainingPlan
    /// Epochs done.
    public internal(set) var epoch = 0
    /// The figures after each epoch done.
    public internal(set) var history: [TrainingValidation] = []

    let library: PolymerLibrary
    let network: any Network
    let optimization: Optimization
    /// The weights of the epoch with the least loss so far; nil with the recipe one-cycle.
    var best: [String: Model.Weights]?
    private let mixtures: MixtureGenerator
    private let targets: Buffer
    private let dLogits: Buffer

    /// The paper's rate before the first plateau.
    private static let paperRate: Float = 1e-4

    /// Streams of random numbers that belong to a plan's seed.
    private enum Stream {
        static let weights: UInt64 = 0
        static let validation: UInt64 = 1
        static let calibration: UInt64 = 2
        static let fixedSet: UInt64 = 3
        static let mixtures: UInt64 = 1 << 32
        static let dropout: UInt64 = 2 << 32
        static let order: UInt64 = 3 << 32
    }

    /// A training at its start; `spectra` are mixed in place of those that the library makes itself.
    public init(plan: TrainingPlan, library: PolymerLibrary, spectra: SpectralLibrary? = nil) {
        precondition(
            spectra.map { $0.functionalGroups == library.functionalGroups } ?? true, "one order of the labels")
        self.plan = plan
        self.library = library
        network = plan.architecture.makeNetwork(
            maxBatch: plan.batch, seed: RandomGenerator.seed(plan.seed, stream: Stream.weights))
        optimization = Optimization(network.parameters)
        mixtures =
            spectra.map { MixtureGenerator(spectra: $0, maxShiftEV: plan.maxShiftEV, seed: plan.seed) }
            ?? MixtureGenerator(library: library, maxShiftEV: plan.maxShiftEV, seed: plan.seed)
        if plan.recipe == .oneCycle {
            for parameter in network.parameters where parameter.name.hasPrefix("localisation.") {
                parameter.rateScale = plan.localisationRateScale
            }
        }
        targets = Buffer(count: plan.batch * NetworkShape.standard.labels)
        dLogits = Buffer(count: plan.batch * NetworkShape.standard.labels)
    }

    /// Whether the plan's epochs are done, or the paper's recipe has seen no improvement for long enough.
    public var isDone: Bool { epoch >= plan.epochs || (plan.recipe == .paper && stopping.isDone) }

    /// One epoch and its validation.
    public func trainEpoch(_ onProgress: (TrainingProgress) -> Void = { _ in }) throws {
        try SubnormalNumbers.asZero { try trainNextEpoch(onProgress) }
    }

    private func trainNextEpoch(_ onProgress: (TrainingProgress) -> Void) throws {
        var spectra = spectraOfEpoch()
        var random = RandomGenerator(
            seed: RandomGenerator.seed(plan.seed, stream: Stream.dropout + UInt64(epoch)))
        let rates = rates()
        var pace = TrainingPace(plan: plan, epoch: epoch)
        for step in 0..<plan.stepsPerEpoch {
            let rate = rates(step)
            try pace.advance(loss: trainStep(&spectra, &random, rate: rate), rate: rate, report: onProgress)
        }
        let validation = validate(on: stream(Stream.validation), count: plan.validationSpectra)
        if plan.recipe == .paper, history.allSatisfy({ validation.loss < $0.loss }) { best = weights() }
        history.append(validation)
        epoch += 1
        pace.finish(validation, report: onProgress)
    }

    /// The model as it stands (the paper's recipe: as it was best), its shift's origin measured.
    public func finish(name: String) throws -> Model {
        var model = snapshot(name: name)
        if let best {
            model = model.replacing(weights: best)
            try model.load(into: network)
        }
        let final = validate(on: stream(Stream.calibration), count: plan.calibrationSpectra)
        model.shiftOriginEV = final.shiftOriginEV
        model.trainingRecord["validation_loss"] = "\(final.loss)"
        model.trainingRecord["validation_subset_accuracy"] = "\(final.subsetAccuracy)"
        if let error = final.shiftErrorEV { model.trainingRecord["validation_shift_mae_eV"] = "\(error)" }
        if plan.recipe == .paper, !history.isEmpty {
            record(bestOf: history, in: &model)
            // How far it learnt its set by heart: the same figure on spectra that it was trained on.
            let known = validate(on: fixedSet(order: nil), count: min(plan.spectraPerEpoch, plan.calibrationSpectra))
            model.trainingRecord["training_loss"] = "\(known.loss)"
            model.trainingRecord["training_subset_accuracy"] = "\(known.subsetAccuracy)"
        }
        return model
    }

    /// What the paper's table gives: the best accuracy of any epoch on the spectra that each epoch was validated on.
    private func record(bestOf history: [TrainingValidation], in model: inout Model) {
        let kept = history.indices.min { history[$0].loss < history[$1].loss } ?? 0
        let best = history.indices.max { history[$0].subsetAccuracy < history[$1].subsetAccuracy } ?? 0
        model.trainingRecord["kept_epoch"] = "\(kept + 1)"
        model.trainingRecord["kept_epoch_subset_accuracy"] = "\(history[kept].subsetAccuracy)"
        model.trainingRecord["best_epoch"] = "\(best + 1)"
        model.trainingRecord["best_epoch_subset_accuracy"] = "\(history[best].subsetAccuracy)"
    }

    /// Loss and accuracy on the next `spectra` of them.
    private func validate(on spectra: TrainingSpectra, count spectraCount: Int) -> TrainingValidation {
        var spectra = spectra
        let labels = NetworkShape.standard.labels
        var evaluation = Evaluation(labelCount: labels)
        var errors: [Double] = []
        var loss = 0.0
        for start in stride(from: 0, to: spectraCount, by: plan.batch) {
            let count = min(plan.batch, spectraCount - start)
            let applied = fill(&spectra, count: count)
            network.forward(batch: count)
            let mean = BinaryCrossEntropy.loss(
                network.logits, targets: targets, gradient: dLogits, count: count * labels)
            loss += Double(mean) * Double(count)
            let answers = (0..<count * labels).map { BinaryCrossEntropy.probability(network.logits[$0]) }
            targets.withSpan(0..<count * labels) {
                evaluation.add(probabilities: answers.span, labels: $0, count: count)
            }
            if let translations = network.translations {
                for i in 0..<count {
                    errors.append(Inference.shiftEV(ofTranslation: translations[i]) - Double(applied[i]))
                }
            }
        }
        var validation = TrainingValidation(
            loss: Float(loss / Double(spectraCount)), subsetAccuracy: evaluation.metrics.subsetAccuracy)
        if !errors.isEmpty {
            let origin = errors.sorted()[errors.count / 2]
            validation.shiftOriginEV = origin
            validation.shiftErrorEV = errors.reduce(0) { $0 + abs($1 - origin) } / Double(errors.count)
        }
        return validation
    }

    private func spectraOfEpoch() -> TrainingSpectra {
        switch plan.recipe {
        case .paper: fixedSet(order: RandomGenerator.seed(plan.seed, stream: Stream.order + UInt64(epoch)))
        case .oneCycle: stream(Stream.mixtures + UInt64(epoch))
        }
    }

    private func stream(_ stream: UInt64) -> TrainingSpectra {
        let seed = RandomGenerator.seed(plan.seed, stream: stream)
        if let effects = plan.effects {
            return TrainingSpectra(
                stream: MeasurementGenerator(
                    library: library, effects: effects, maxShiftEV: plan.maxShiftEV, seed: seed))
        }
        var mixtures = mixtures
        mixtures.restart(seed: seed)
        return TrainingSpectra(stream: mixtures)
    }

    private func fixedSet(order: UInt64?) -> TrainingSpectra {
        TrainingSpectra(
            mixtures, setOf: plan.spectraPerEpoch, seed: RandomGenerator.seed(plan.seed, stream: Stream.fixedSet),
            order: order)
    }

    /// Draws `count` spectra into the network's input and their labels into the targets; returns the applied shifts.
    @discardableResult
    private func fill(_ spectra: inout TrainingSpectra, count: Int) -> [Float] {
        let (points, labels) = (NetworkShape.standard.points, NetworkShape.standard.labels)
        var shifts = [Float](repeating: 0, count: count)
        for i in 0..<count {
            network.input.withMutableSpan(i * points..<(i + 1) * points) { spectrum in
                targets.withMutableSpan(i * labels..<(i + 1) * labels) { target in
                    shifts[i] = spectra.next(spectrum: &spectrum, labels: &target)
                }
            }
        }
        return shifts
    }

    private func trainStep(
        _ spectra: inout TrainingSpectra, _ random: inout RandomGenerator, rate: Float
    ) -> Float {
        fill(&spectra, count: plan.batch)
        network.forwardTraining(batch: plan.batch, random: &random)
        let loss = BinaryCrossEntropy.loss(
            network.logits, targets: targets, gradient: dLogits, count: targets.count)
        network.backward(dLogits, batch: plan.batch)
        optimization.step(rate: rate, clipNorm: plan.clipNorm)
        return loss
    }

    /// The rate of each step of this epoch.
    private func rates() -> (Int) -> Float {
        switch plan.recipe {
        case .paper:
            var plateau = PlateauSchedule(rate: Self.paperRate)
            for validation in history { plateau.observe(validation.loss) }
            let rate = plateau.rate
            return { _ in rate }
        case .oneCycle:
            return plan.oneCycleRates(epoch: epoch)
        }
    }

    private var stopping: EarlyStopping {
        var stopping = EarlyStopping()
        for validation in history { stopping.observe(validation.loss) }
        return stopping
    }

    func snapshot(name: String) -> Model {
        var record = plan.record(epochs: epoch, validation: nil)
        if plan.recipe == .paper { record["peak_rate"] = "\(Self.paperRate)" }
        if plan.effects != nil { record["generator"] = "measurements" }
        return Model(
            network: network, name: name, labels: library.functionalGroups, preprocessing: Preprocessing.name,
            shiftOriginEV: history.last?.shiftOriginEV, trainingRecord: record)
    }

    private func weights() -> [String: Model.Weights] { snapshot(name: "").weights }
}
