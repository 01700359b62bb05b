import NeuralNetwork
import Spectroscopy
import Synthesis

/// Puts fresh measurements before a model on regions and keeps its answers beside the truth.
final class MeasurementJudge {
    /// The model's name.
    let name: String
    /// Whether the answers are calibrated.
    var isCalibrated: Bool { calibration != .none }
    /// Spectra in which nothing rose above the background, in all calls so far.
    private(set) var unread = 0

    private typealias Recording = (noise: [Float], windows: [Bool])

    private let network: RegionSTN
    private let calibration: Calibration
    private let library: PolymerLibrary
    private var measurement = Measurement.empty
    private var reading = RegionReading()
    private var gridded = GriddedSpectrum()
    private var plan: (serial: Int, plan: AxisPlan)?

    /// Memory for a batch of a model on regions.
    init(model: Model, library: PolymerLibrary, maxBatch: Int = 64) throws(ModelError) {
        guard model.architecture == .regionSTN else {
            throw ModelError("\(model.name) is no model on regions but “\(model.architecture.rawValue)”")
        }
        name = model.name
        self.library = library
        calibration = Calibration(tensors: model.calibration) ?? .none
        network = RegionSTN(maxBatch: maxBatch, seed: 0)
        try model.load(into: network)
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
        var recordings: [Recording] = []
        while judged.count + truths.count < count {
            if let isAsked {
                generator.nextTruth(&measurement)
                guard isAsked(measurement) else { continue }
                generator.nextDraw -= 1
            }
            generator.next(&measurement)
            guard read(knowsVariance: random.uniform() >= MeasurementBatch.shareOfUnknownVariance) else {
                unread += 1
                continue
            }
            onMeasurement(judged.count + truths.count, measurement, generator)
            network.input.set(reading, row: truths.count)
            truths.append(JudgedSpectrum.Truth(measurement, library: library))
            recordings.append((reading.noise, reading.recordedWindows))
            if truths.count == network.input.maxBatch || judged.count + truths.count == count {
                judged += answerBatch(truths, recordings)
                truths.removeAll(keepingCapacity: true)
                recordings.removeAll(keepingCapacity: true)
            }
        }
        return judged
    }

    private func answerBatch(
        _ truths: [JudgedSpectrum.Truth], _ recordings: [Recording]
    ) -> [JudgedSpectrum] {
        let answers = RegionInference.answers(of: network, batch: truths.count)
        return truths.indices.map { row in
            let answer = calibration.apply(
                answers[row], noise: recordings[row].noise, recordedWindows: recordings[row].windows)
            return JudgedSpectrum(
                answer: JudgedSpectrum.Answer(answer, isCalibrated: isCalibrated), truth: truths[row])
        }
    }

    private func read(knowsVariance: Bool) -> Bool {
        let axes = axes(of: measurement.setup)
        do {
            try axes.regridder.regrid(measurement.intensities, into: &gridded)
            try reading.read(gridded, settings: axes.settings, knowsVariance: knowsVariance)
        } catch {
            return false
        }
        return true
    }

    private func axes(of setup: InstrumentSetup) -> AxisPlan {
        if let plan, plan.serial == setup.serial { return plan.plan }
        let made = AxisPlan(setup.regions, grid: .standard)
        plan = (setup.serial, made)
        return made
    }
}

extension JudgedSpectrum.Answer {
    /// What the model says; decisions and the like only where it is calibrated.
    init(_ answer: CalibratedAnswer, isCalibrated: Bool) {
        self.init(
            probabilities: answer.probabilities,
            modes: answer.alternatives.map {
                Mode(shiftEV: Double($0.shiftEV), sigmaEV: Double($0.sigmaEV), weight: Double($0.weight))
            })
        // The first alternative's own sigma leaves out how the modes lie; the answer's does not.
        if !modes.isEmpty { modes[0].sigmaEV = Double(answer.sigmaEV) }
        guard isCalibrated else { return }
        decisions = answer.decisions
        ambiguous = answer.conformal?.ambiguous
        familiarity = answer.familiarity.map { (Double($0), answer.isUnfamiliar) }
    }
}
