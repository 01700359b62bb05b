import Foundation
package import NeuralNetwork
public import Synthesis

/// Trains a `RegionSTN` on fresh measurements, each seen once.
///
/// The loss is the sum of seven: cross-entropy of the groups; of their combination; of the polymers; of the shift among
/// the localiser's bins; of what is left of it after alignment; squared errors of spread and contamination; and of the
/// noise-free spectrum where it was recorded. A spectrum is aligned by the mode of the localiser's answer that holds the
/// true shift, as it will be in use for every mode, and the classification's gradient goes back through the sampler into
/// the localiser.
public final class RegionTrainer {
    /// Weights of the seven losses.
    enum Weight {
        static let groups: Float = 20
        static let constituents: Float = 20
        static let combination: Float = 10
        static let shift: Float = 0.5
        static let residual: Float = 0.3
        static let amounts: Float = 1
        static let reconstruction: Float = 0.05
    }

    /// Statistics are averaged over this many rounds of as many batches as they remember.
    private static let settlingRounds = 60
    private static let batchesPerRound = 12

    /// Errors of the second alignment lie within ± this, in eV: triangular, times a uniform number, since most are small.
    private static let secondPassErrorEV: Float = 0.25

    /// What is trained and how.
    public let plan: TrainingPlan
    /// Epochs done.
    public internal(set) var epoch = 0
    /// The figures after each epoch done.
    public internal(set) var history: [TrainingValidation] = []

    package let network: RegionSTN
    let library: PolymerLibrary
    let optimization: Optimization
    /// The batch that is learnt from, and its truth; a spare one is filled meanwhile.
    package private(set) var source: MeasurementBatch
    private var spare: MeasurementFeed.Batch
    private let gradients: AlignedReader.Gradients
    private let dScores: Buffer
    private let dInput: Buffer
    private let residualProbabilities: Buffer
    private let aligned: Buffer

    private enum Stream {
        static let weights: UInt64 = 0
        static let validation: UInt64 = 1
        static let statistics: UInt64 = 2
        static let knowledge: UInt64 = 1 << 31
        static let measurements: UInt64 = 1 << 32
    }

    /// A training at its start.
    public init(plan: TrainingPlan, library: PolymerLibrary) {
        self.plan = plan
        self.library = library
        let batch = plan.batch
        network = RegionSTN(maxBatch: batch, seed: RandomGenerator.seed(plan.seed, stream: Stream.weights))
        optimization = Optimization(network.parameters)
        source = MeasurementBatch(maxBatch: batch, constituents: ResidualReader.polymerCount)
        spare = MeasurementFeed.Batch(maxBatch: batch, constituents: ResidualReader.polymerCount)
        let reader = network.reader
        gradients = AlignedReader.Gradients(
            logits: Buffer(count: reader.logits.count), residualScores: Buffer(count: reader.residualScores.count),
            amounts: Buffer(count: reader.amounts.count), reconstruction: Buffer(count: reader.reconstruction.count),
            constituents: Buffer(count: reader.constituents.count),
            chain: Buffer(count: reader.chain.count))
        dScores = Buffer(count: network.localiser.scores.count)
        dInput = Buffer(count: reader.input.count)
        residualProbabilities = Buffer(count: reader.residualScores.count)
        aligned = Buffer(count: reader.reconstruction.count)
    }

    /// A training that goes on with the weights of a model: to learn longer, or what another generator makes.
    ///
    /// - Parameters:
    ///   - plan: As `TrainingPlan.starting(from:)` gives it.
    ///   - model: One of the same architecture; nil for weights of the plan's seed.
    public convenience init(plan: TrainingPlan, library: PolymerLibrary, from model: Model?) throws(ModelError) {
        self.init(plan: plan, library: library)
        try model?.load(into: network)
    }

    /// Spectra of a batch that the localiser sees: the reader has more to learn than it has.
    private var localised: Int { plan.batch / 2 }

    /// Whether the plan's epochs are done.
    public var isDone: Bool { epoch >= plan.epochs }

    /// One epoch and its validation.
    public func trainEpoch(_ onProgress: (TrainingProgress) -> Void = { _ in }) throws {
        let stream = Stream.measurements + UInt64(epoch)
        let feed = MeasurementFeed(
            generator(stream: stream),
            random: RandomGenerator(seed: RandomGenerator.seed(plan.seed, stream: stream ^ Stream.knowledge)),
            count: plan.batch, into: spare)
        var random = RandomGenerator(seed: RandomGenerator.seed(plan.seed, stream: stream))
        let rates = plan.oneCycleRates(epoch: epoch)
        var pace = TrainingPace(plan: plan, epoch: epoch)
        for step in 0..<plan.stepsPerEpoch {
            let isLast = step == plan.stepsPerEpoch - 1
            let used = MeasurementFeed.Batch(input: network.input, truth: source)
            let next = feed.next(refilling: isLast ? nil : used)
            (network.input, source, spare) = (next.input, next.truth, used)
            try pace.advance(loss: trainStep(rate: rates(step), random: &random), rate: rates(step), report: onProgress)
        }
        let validation = validate()
        history.append(validation)
        epoch += 1
        pace.finish(validation, report: onProgress)
    }

    private func generator(stream: UInt64, effects: InstrumentEffects = .training) -> MeasurementGenerator {
        MeasurementGenerator(
            library: library, effects: effects, maxShiftEV: plan.maxShiftEV,
            seed: RandomGenerator.seed(plan.seed, stream: stream))
    }

    /// One step on the batch in the network's input.
    private func trainStep(rate: Float, random: inout RandomGenerator) -> Float {
        let loss = backpropagate(&random)
        optimization.step(rate: rate, clipNorm: plan.clipNorm)
        return loss
    }

    /// The loss of the batch in the network's input; sets every parameter's gradient.
    package func backpropagate(_ random: inout RandomGenerator) -> Float {
        let batch = plan.batch
        let (localiser, reader, input) = (network.localiser, network.reader, network.input)
        localiser.forward(
            values: input.values, mask: input.mask, noise: input.noise, batch: localised, isTraining: true)
        var loss =
            Weight.shift
            * SoftmaxCrossEntropy.loss(
                localiser.probabilities,
                positions: source.shiftsEV[..<localised].map { localiser.axis.position(ofShiftEV: $0) },
                gradient: dScores, rows: localised, bins: localiser.axis.bins, weight: Weight.shift)
        let (modes, shiftsEV) = alignments(&random)
        network.align(rows: Array(0..<batch), shiftsEV: shiftsEV)
        reader.forward(batch: batch, isTraining: true)
        loss += lossOfReader(shiftsEV: shiftsEV)
        reader.backward(gradients, into: dInput, batch: batch)
        var dShifts = [Float](repeating: 0, count: batch)
        network.sampler.backward(
            input.values, shifts: shiftsEV.map { $0 / Float(CoreLevelWindow.cellEV) }, dy: dInput,
            stride: reader.inputs, into: &dShifts, batch: batch)
        for (row, mode) in modes.enumerated() {
            guard let mode else { continue }
            localiser.propagate(
                dShifts[row] / Float(CoreLevelWindow.cellEV), through: mode, into: dScores, row: row)
        }
        localiser.backward(dScores, batch: localised)
        return loss
    }

    /// The shift each spectrum is aligned by: in the first half of the batch that of the localiser's mode which holds
    /// the true one (where there is none yet, the true one), in the second the true one with the error that a second
    /// pass still has.
    private func alignments(
        _ random: inout RandomGenerator
    ) -> (modes: [ShiftModes.Mode?], shiftsEV: [Float]) {
        var modes: [ShiftModes.Mode?] = []
        var shiftsEV: [Float] = []
        for row in 0..<plan.batch {
            let truth = source.shiftsEV[row]
            if row >= localised {
                modes.append(nil)
                let error = random.uniform() * (random.uniform() + random.uniform() - 1)
                shiftsEV.append(truth + Self.secondPassErrorEV * error)
                continue
            }
            let posterior = network.localiser.posterior(ofRow: row)
            let mode = posterior.mode(nearestTo: truth, within: AlignedReader.residualReachEV / 2)
            modes.append(mode)
            shiftsEV.append(mode?.shiftEV ?? truth)
        }
        return (modes, shiftsEV)
    }

    /// The losses of the reader's answers, their gradients into `gradients`.
    private func lossOfReader(shiftsEV: [Float]) -> Float {
        let (batch, reader) = (plan.batch, network.reader)
        let labels = batch * NetworkShape.standard.labels
        let groups = BinaryCrossEntropy.loss(
            reader.logits, targets: source.labels, gradient: gradients.logits, count: labels)
        gradients.logits.scale(by: Weight.groups, count: labels)
        let combination = GroupChain.loss(
            reader.chain, labels: source.labels, gradient: gradients.chain, rows: batch,
            groups: NetworkShape.standard.labels, weight: Weight.combination)
        let polymers = batch * ResidualReader.polymerCount
        let constituents = BinaryCrossEntropy.loss(
            reader.constituents, targets: source.constituents, gradient: gradients.constituents, count: polymers)
        gradients.constituents.scale(by: Weight.constituents, count: polymers)
        let bins = AlignedReader.residualBins
        SoftmaxCrossEntropy.probabilities(reader.residualScores, into: residualProbabilities, rows: batch, bins: bins)
        let left = zip(source.shiftsEV, shiftsEV).map {
            ($0 - $1 + AlignedReader.residualReachEV) / AlignedReader.residualBinEV
        }
        let residual = SoftmaxCrossEntropy.loss(
            residualProbabilities, positions: left, gradient: gradients.residualScores, rows: batch, bins: bins,
            weight: Weight.residual)
        let amounts = SquaredError.loss(
            reader.amounts, targets: source.amounts, gradient: gradients.amounts, rows: batch, width: 2,
            weight: Weight.amounts)
        network.sampler.forward(
            source.signal, rows: Array(0..<batch),
            shifts: shiftsEV.map { $0 / Float(CoreLevelWindow.cellEV) }, into: aligned,
            stride: network.sampler.outputs)
        let reconstruction = SquaredError.loss(
            reader.reconstruction, targets: aligned, gradient: gradients.reconstruction, rows: batch,
            width: network.sampler.outputs, weight: Weight.reconstruction)
        return Weight.groups * groups + Weight.combination * combination + Weight.constituents * constituents
            + Weight.residual * residual + amounts + reconstruction
    }

    /// The figures on fresh measurements of polymers.
    private func validate() -> TrainingValidation {
        var measurements = generator(stream: Stream.validation, effects: .all)
        var random = RandomGenerator(seed: RandomGenerator.seed(plan.seed, stream: Stream.validation))
        var evaluation = Evaluation(labelCount: NetworkShape.standard.labels)
        var errors: [Double] = []
        var loss = 0.0
        let labels = NetworkShape.standard.labels
        var done = 0
        while done < plan.validationSpectra {
            let count = plan.batch
            source.fill(network.input, from: &measurements, count: count, random: &random)
            let answers = RegionInference.answers(of: network, batch: count)
            var probabilities: [Float] = []
            for answer in answers { probabilities += answer.probabilities }
            source.labels.withSpan(0..<count * labels) {
                evaluation.add(probabilities: probabilities.span, labels: $0, count: count)
            }
            for (row, answer) in answers.enumerated() {
                errors.append(Double(answer.modes[0].shiftEV - source.shiftsEV[row]))
                for label in 0..<labels {
                    let p = Double(min(max(answer.probabilities[label], 1e-6), 1 - 1e-6))
                    loss -= source.labels[row * labels + label] > 0.5 ? log(p) : log(1 - p)
                }
            }
            done += count
        }
        let sorted = errors.map(abs).sorted()
        return TrainingValidation(
            loss: Float(loss / Double(done * labels)), subsetAccuracy: evaluation.metrics.subsetAccuracy,
            shiftOriginEV: errors.sorted()[errors.count / 2], shiftErrorEV: sorted[sorted.count / 2])
    }

    /// Measures the statistics that batches are normalized by over many batches: a batch holds few setups, so that its
    /// own statistics scatter, and the running ones follow only the last ten.
    private func settleStatistics() {
        var measurements = generator(stream: Stream.statistics)
        var random = RandomGenerator(seed: RandomGenerator.seed(plan.seed, stream: Stream.statistics))
        let statistics = network.statistics.map(\.values)
        var sums = statistics.map { [Double](repeating: 0, count: $0.count) }
        for _ in 0..<Self.settlingRounds {
            for _ in 0..<Self.batchesPerRound {
                source.fill(network.input, from: &measurements, count: plan.batch, random: &random)
                network.localiser.forward(
                    values: network.input.values, mask: network.input.mask, noise: network.input.noise,
                    batch: localised, isTraining: true)
                network.align(rows: Array(0..<plan.batch), shiftsEV: alignments(&random).shiftsEV)
                network.reader.forward(batch: plan.batch, isTraining: true)
            }
            for (index, values) in statistics.enumerated() {
                for feature in 0..<values.count { sums[index][feature] += Double(values[feature]) }
            }
        }
        for (index, values) in statistics.enumerated() {
            values.copy(sums[index].map { Float($0 / Double(Self.settlingRounds)) })
        }
    }

    /// The model as it stands, its statistics settled.
    public func finish(name: String) -> Model {
        settleStatistics()
        let validation = validate()
        return Model(
            network: network, name: name, labels: library.functionalGroups, preprocessing: RegionReading.name,
            shiftOriginEV: 0,
            trainingRecord: plan.record(epochs: epoch, validation: validation).merging([
                "generator": "measurements, all effects, foreign materials"
            ]) { $1 })
    }
}
