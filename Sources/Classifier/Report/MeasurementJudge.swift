import NeuralNetwork
import Spectroscopy
import Synthesis

/// Puts fresh measurements before a model and keeps its answers beside the truth: a model on regions, or one of the
/// paper's networks for comparison.
final class MeasurementJudge {
    /// The model's name.
    let name: String
    /// Whether the answers are calibrated.
    var isCalibrated: Bool { calibration != .none }

    /// What answers.
    private enum Reader {
        case regions(RegionSTN)
        case wholeAxis(Inference)
    }

    private let reader: Reader
    private let maxBatch: Int
    private let calibration: Calibration
    private let library: PolymerLibrary
    private var measurement = Measurement.empty
    private var reading = RegionReading()
    private var gridded = GriddedSpectrum()
    private var axes: MeasurementAxes
    /// Rows of the grid for a network on the whole axis.
    private let rows: Buffer

    /// Memory for a batch of a model.
    init(model: Model, library: PolymerLibrary, maxBatch: Int = 64) throws(ModelError) {
        name = model.name
        self.library = library
        self.maxBatch = maxBatch
        if Architecture.paper.contains(model.architecture) {
            calibration = .none
            axes = MeasurementAxes(for: .wholeAxis)
            reader = .wholeAxis(try Inference(model: model, maxBatch: maxBatch))
            rows = Buffer(count: maxBatch * NetworkShape.standard.points)
            return
        }
        guard model.architecture == .regionSTN else {
            throw ModelError("\(model.name) is a network “\(model.architecture.rawValue)”, made for clean mixtures")
        }
        calibration = try Calibration(of: model)
        axes = MeasurementAxes(for: .regions)
        let network = RegionSTN(maxBatch: maxBatch, seed: 0)
        try model.load(into: network)
        reader = .regions(network)
        rows = Buffer(count: 0)
    }

    /// The answers to the next `count` measurements that can be read.
    ///
    /// - Parameters:
    ///   - seed: Decides of which measurements the counting statistics are told, as in training.
    ///   - isAsked: Which measurements count, by their truth; all unless given. The others cost little.
    ///   - onMeasurement: Called for each with its place among the answers.
    func answers(
        to generator: inout MeasurementGenerator, count: Int, seed: UInt64,
        isAsked: ((Measurement) -> Bool)? = nil,
        onMeasurement: (Int, Measurement, MeasurementGenerator) -> Void = { _, _, _ in }
    ) -> [JudgedSpectrum] {
        var random = RandomGenerator(seed: seed)
        var judged: [JudgedSpectrum] = []
        judged.reserveCapacity(count)
        var truths: [JudgedSpectrum.Truth] = []
        var originsEV: [Double] = []
        while judged.count + truths.count < count {
            if let isAsked {
                generator.next(&measurement, where: isAsked)
            } else {
                generator.next(&measurement)
            }
            let knowsVariance = random.uniform() >= MeasurementBatch.shareOfUnknownVariance
            guard let originEV = read(into: truths.count, knowsVariance: knowsVariance) else { continue }
            onMeasurement(judged.count + truths.count, measurement, generator)
            truths.append(JudgedSpectrum.Truth(measurement, library: library))
            originsEV.append(originEV)
            if truths.count == maxBatch || judged.count + truths.count == count {
                judged += answerBatch(truths, originsEV: originsEV)
                truths.removeAll(keepingCapacity: true)
                originsEV.removeAll(keepingCapacity: true)
            }
        }
        return judged
    }

    private func answerBatch(_ truths: [JudgedSpectrum.Truth], originsEV: [Double]) -> [JudgedSpectrum] {
        switch reader {
        case .wholeAxis(let inference): return wholeAxisAnswers(inference, truths)
        case .regions(let network):
            let answers = RegionInference.answers(of: network, batch: truths.count)
            return truths.indices.map { row in
                JudgedSpectrum(
                    answer: JudgedSpectrum.Answer(
                        calibration.apply(answers[row]), isCalibrated: isCalibrated, originEV: originsEV[row]),
                    truth: truths[row])
            }
        }
    }

    private func wholeAxisAnswers(_ inference: Inference, _ truths: [JudgedSpectrum.Truth]) -> [JudgedSpectrum] {
        let labels = library.functionalGroups.count
        var probabilities = [Float](repeating: 0, count: truths.count * labels)
        var shiftsEV = [Float](repeating: 0, count: truths.count)
        var answers = probabilities.mutableSpan
        var shifts = shiftsEV.mutableSpan
        rows.withSpan(0..<truths.count * NetworkShape.standard.points) {
            inference.run(spectra: $0, count: truths.count, probabilities: &answers, shiftsEV: &shifts)
        }
        return truths.indices.map { row in
            JudgedSpectrum(
                answer: JudgedSpectrum.Answer(
                    probabilities: Array(probabilities[row * labels..<(row + 1) * labels]),
                    modes: inference.estimatesShift
                        ? [.init(shiftEV: Double(shiftsEV[row]), sigmaEV: nil, weight: 1)] : []),
                truth: truths[row])
        }
    }

    /// Reads the measurement and returns the origin of its shift; nil where nothing rises above the background.
    private func read(into row: Int, knowsVariance: Bool) -> Double? {
        guard case .regions(let network) = reader else {
            let points = NetworkShape.standard.points
            let isRead = rows.withMutableSpan(row * points..<(row + 1) * points) {
                MeasurementRows.read(measurement, axes: &axes, gridded: &gridded, into: &$0)
            }
            return isRead ? 0 : nil
        }
        let plan = axes.plan(of: measurement.setup)
        do {
            try plan.regridder.regrid(measurement.intensities, into: &gridded)
            try reading.read(gridded, settings: plan.settings, photons: plan.photons, knowsVariance: knowsVariance)
        } catch {
            return nil
        }
        network.input.set(reading, row: row)
        return plan.originEV
    }
}

extension JudgedSpectrum.Answer {
    /// What the model says; decisions and the like only where it is calibrated.
    ///
    /// - Parameter originEV: What its shifts are counted from.
    init(_ answer: CalibratedAnswer, isCalibrated: Bool, originEV: Double) {
        self.init(
            probabilities: answer.probabilities,
            modes: answer.alternatives.map {
                Mode(
                    shiftEV: Double($0.shiftEV) + originEV, sigmaEV: Double($0.sigmaEV), weight: Double($0.weight))
            })
        shiftSigmaEV = Double(answer.sigmaEV)
        combination = answer.combination
        guard isCalibrated else { return }
        decisions = answer.decisions
        conformal = answer.conformal.map { (Double($0.coverage), $0.ambiguous) }
        familiarity = answer.familiarity.map { (Double($0), answer.isUnfamiliar) }
    }
}
