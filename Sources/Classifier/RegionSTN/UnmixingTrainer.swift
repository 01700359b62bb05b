import NeuralNetwork
import Spectroscopy
public import Synthesis

/// Trains an `UnmixingSTN` on fresh mixtures of the paper's distribution, each seen once.
public final class UnmixingTrainer {
    /// Weights of the two losses.
    private enum Weight {
        static let groups: Float = 20
        static let shift: Float = 0.5
    }

    /// The ridge of the first layer's beginning.
    static let ridge = 1e-5
    /// Factor on the rate of the layer that begins near its end.
    static let unmixingRateScale: Float = 0.02

    /// What is trained and how.
    public let plan: TrainingPlan
    /// Epochs done.
    public internal(set) var epoch = 0
    /// The figures after each epoch done.
    public internal(set) var history: [TrainingValidation] = []

    package let network: UnmixingSTN
    let library: PolymerLibrary
    let optimization: Optimization
    private let labels: Buffer
    private let dLogits: Buffer
    private let dScores: Buffer
    private let dInput: Buffer
    private var reading = RegionReading()
    private let row = Buffer(count: EnergyGrid.standard.count)
    private var shiftsEV: [Float]

    private enum Stream {
        static let weights: UInt64 = 0
        static let validation: UInt64 = 1
        static let mixtures: UInt64 = 1 << 32
    }

    /// A training at its start; the library must be the one the network unmixes.
    public init(plan: TrainingPlan, library: PolymerLibrary) throws {
        self.plan = plan
        self.library = library
        guard library.polymers.count == UnmixingSTN.constituents else {
            throw ModelError(
                "a network “unmixing-stn” unmixes \(UnmixingSTN.constituents) constituents, the library has "
                    + "\(library.polymers.count)")
        }
        network = UnmixingSTN(maxBatch: plan.batch, seed: RandomGenerator.seed(plan.seed, stream: Stream.weights))
        optimization = Optimization(network.parameters)
        labels = Buffer(count: network.reader.logits.count)
        dLogits = Buffer(count: network.reader.logits.count)
        dScores = Buffer(count: network.localiser.scores.count)
        dInput = Buffer(count: network.reader.input.count)
        shiftsEV = [Float](repeating: 0, count: plan.batch)
        network.reader.initialize(constituentRows: try Self.alignedRows(of: library), ridge: Self.ridge)
        for parameter in network.reader.unmixingParameters { parameter.rateScale = Self.unmixingRateScale }
    }

    /// The library's spectra as the reader sees them, each on the scale of its own reading.
    private static func alignedRows(of library: PolymerLibrary) throws -> [Float] {
        let spectra = library.referenceSpectra()
        let points = EnergyGrid.standard.count
        let input = RegionInput(maxBatch: 1)
        let sampler = StripSampler(layout: CoreLevelWindow.layout, pooling: 1)
        let aligned = Buffer(count: sampler.outputs)
        var reading = RegionReading()
        var rows: [Float] = []
        for polymer in library.polymers.indices {
            try reading.read(clean: spectra.span.extracting(polymer * points..<(polymer + 1) * points))
            input.set(reading, row: 0)
            sampler.forward(input.values, rows: [0], shifts: [0], into: aligned, stride: sampler.outputs)
            rows += aligned.array
        }
        return rows
    }

    /// Whether the plan's epochs are done.
    public var isDone: Bool { epoch >= plan.epochs }

    /// One epoch and its validation.
    public func trainEpoch(_ onProgress: (TrainingProgress) -> Void = { _ in }) throws {
        var mixtures = generator(stream: Stream.mixtures + UInt64(epoch))
        let rates = plan.oneCycleRates(epoch: epoch)
        var pace = TrainingPace(plan: plan, epoch: epoch)
        for step in 0..<plan.stepsPerEpoch {
            try fill(&mixtures)
            try pace.advance(loss: trainStep(rate: rates(step)), rate: rates(step), report: onProgress)
        }
        let validation = try validate()
        history.append(validation)
        epoch += 1
        pace.finish(validation, report: onProgress)
    }

    private func generator(stream: UInt64) -> MixtureGenerator {
        MixtureGenerator(
            library: library, maxShiftEV: plan.maxShiftEV, seed: RandomGenerator.seed(plan.seed, stream: stream))
    }

    private func fill(_ mixtures: inout MixtureGenerator) throws {
        let width = NetworkShape.standard.labels
        for index in 0..<plan.batch {
            row.withMutableSpan(0..<row.count) { spectrum in
                labels.withMutableSpan(index * width..<(index + 1) * width) { target in
                    shiftsEV[index] = mixtures.next(spectrum: &spectrum, labels: &target)
                }
            }
            try row.withSpan(0..<row.count) { try reading.read(clean: $0) }
            network.input.set(reading, row: index)
        }
    }

    private func trainStep(rate: Float) -> Float {
        let (batch, localiser, reader, input) = (plan.batch, network.localiser, network.reader, network.input)
        localiser.forward(
            values: input.values, mask: input.mask, noise: input.noise, batch: batch, isTraining: true)
        var loss =
            Weight.shift
            * SoftmaxCrossEntropy.loss(
                localiser.probabilities, positions: shiftsEV.map { localiser.axis.position(ofShiftEV: $0) },
                gradient: dScores, rows: batch, bins: localiser.axis.bins, weight: Weight.shift)
        let modes = (0..<batch).map { localiser.posterior(ofRow: $0).mode(nearestTo: shiftsEV[$0], within: 0.4) }
        let aligned = modes.enumerated().map { UnmixingSTN.wholeCells($1?.shiftEV ?? shiftsEV[$0]) }
        network.align(shiftsEV: aligned)
        reader.forward(batch: batch, isTraining: true)
        let count = batch * NetworkShape.standard.labels
        loss +=
            Weight.groups
            * BinaryCrossEntropy.loss(reader.logits, targets: labels, gradient: dLogits, count: count)
        dLogits.scale(by: Weight.groups, count: count)
        reader.backward(dLogits, batch: batch)
        // Rounding to whole cells is passed over: the gradient is that of the shift before it.
        reader.inputGradient(into: dInput, batch: batch)
        var dShifts = [Float](repeating: 0, count: batch)
        network.sampler.backward(
            input.values, shifts: aligned.map { ($0 * 10).rounded() }, dy: dInput, stride: network.sampler.outputs,
            into: &dShifts, batch: batch)
        for (index, mode) in modes.enumerated() {
            guard let mode else { continue }
            localiser.propagate(
                dShifts[index] / Float(CoreLevelWindow.cellEV), through: mode, into: dScores, row: index)
        }
        localiser.backward(dScores, batch: batch)
        optimization.step(rate: rate, clipNorm: plan.clipNorm)
        return loss
    }

    /// The figures on fresh mixtures.
    private func validate() throws -> TrainingValidation {
        var mixtures = generator(stream: Stream.validation)
        let width = NetworkShape.standard.labels
        var evaluation = Evaluation(labelCount: width)
        var (loss, errors): (Double, [Double]) = (0, [])
        for _ in 0..<max(1, plan.validationSpectra / plan.batch) {
            try fill(&mixtures)
            let found = network.answer(batch: plan.batch)
            let mean = BinaryCrossEntropy.loss(
                network.reader.logits, targets: labels, gradient: dLogits, count: plan.batch * width)
            loss += Double(mean)
            let answers = network.reader.logits.array.map { BinaryCrossEntropy.probability($0) }
            labels.withSpan(0..<plan.batch * width) {
                evaluation.add(probabilities: answers.span, labels: $0, count: plan.batch)
            }
            errors += zip(found, shiftsEV).map { Double($0 - $1) }
        }
        return TrainingValidation(
            loss: Float(loss * Double(plan.batch) / Double(errors.count)),
            subsetAccuracy: evaluation.metrics.subsetAccuracy, shiftOriginEV: errors.sorted()[errors.count / 2],
            shiftErrorEV: errors.reduce(0) { $0 + abs($1) } / Double(errors.count))
    }

    /// The model as it stands.
    public func finish(name: String) -> Model {
        Model(
            network: network, name: name, labels: library.functionalGroups, preprocessing: RegionReading.name,
            shiftOriginEV: 0,
            trainingRecord: plan.record(epochs: epoch, validation: history.last).merging(["generator": "mixtures"]) {
                $1
            })
    }
}
