import NeuralNetwork
import Spectroscopy
import Synthesis

/// Puts fresh mixtures of the paper's protocol before a model and keeps its answers beside the truth.
final class MixtureJudge {
    /// What is drawn.
    struct Mixtures: Sendable {
        /// Shifts lie within ± this, in eV.
        var maxShiftEV: Double
        /// Mixtures with a smaller share of any constituent are drawn again; 0 keeps the paper's distribution.
        var leastShare = 0.0
        /// Expected counts at the highest point; nil without noise.
        var peakCounts: Double?

        /// Whether a mixture of such portions is one of them.
        func admit(_ portions: [(polymer: Int, share: Double)]) -> Bool {
            portions.allSatisfy { $0.share >= leastShare }
        }
    }

    /// The model's name.
    let name: String
    private let network: Kind
    private let library: PolymerLibrary
    private let batch: Int
    private var reading = RegionReading()

    private enum Kind {
        case unmixing(UnmixingSTN)
        case paper(Inference)
    }

    /// Memory for a batch of a benchmark model, or of one of the paper's networks.
    init(model: Model, library: PolymerLibrary, maxBatch: Int = 128) throws(ModelError) {
        name = model.name
        self.library = library
        batch = maxBatch
        switch model.architecture {
        case .mlp, .cnn, .stn: network = .paper(try Inference(model: model, maxBatch: maxBatch))
        case .unmixingSTN:
            let unmixing = UnmixingSTN(maxBatch: maxBatch, seed: 0)
            try model.load(into: unmixing)
            network = .unmixing(unmixing)
        case .regionSTN: throw ModelError("\(model.name) reads measurements, not the paper's mixtures")
        }
    }

    /// The answers to `count` mixtures.
    func answers(to mixtures: Mixtures, count: Int, seed: UInt64) throws -> [JudgedSpectrum] {
        var generator = MixtureGenerator(library: library, maxShiftEV: mixtures.maxShiftEV, seed: seed)
        var noise = RandomSource(seed: ~seed)
        var spectra = [[Float]](repeating: [Float](repeating: 0, count: generator.spectrumCount), count: batch)
        var judged: [JudgedSpectrum] = []
        judged.reserveCapacity(count)
        while judged.count < count {
            let rows = min(batch, count - judged.count)
            var truths: [JudgedSpectrum.Truth] = []
            for row in 0..<rows {
                truths.append(draw(&generator, mixtures, into: &spectra[row]))
                if let peakCounts = mixtures.peakCounts { Self.count(&spectra[row], peakCounts, &noise) }
            }
            judged += zip(try answers(to: spectra[0..<rows]), truths).map { JudgedSpectrum(answer: $0, truth: $1) }
        }
        return judged
    }

    private func draw(
        _ generator: inout MixtureGenerator, _ mixtures: Mixtures, into spectrum: inout [Float]
    ) -> JudgedSpectrum.Truth {
        var labels = [Float](repeating: 0, count: generator.labelCount)
        while true {
            var spectrumSpan = spectrum.mutableSpan
            var labelSpan = labels.mutableSpan
            let shiftEV = generator.next(spectrum: &spectrumSpan, labels: &labelSpan)
            let portions = Self.portions(generator.lastMixture)
            guard mixtures.admit(portions) else { continue }
            let present = labels.map { $0 > 0.5 }
            return JudgedSpectrum.Truth(
                labels: present, shiftEV: Double(shiftEV),
                fractions: JudgedSpectrum.Truth.fractions(portions: portions, library: library),
                coversPresentElements: true)
        }
    }

    /// Shares of the mixture's area, a polymer that was drawn twice counted once.
    static func portions(_ mixture: (polymers: [Int], amounts: [Double])) -> [(polymer: Int, share: Double)] {
        let total = mixture.amounts.reduce(0, +)
        var shares: [Int: Double] = [:]
        for (polymer, amount) in zip(mixture.polymers, mixture.amounts) {
            shares[polymer, default: 0] += amount / total
        }
        return shares.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Counts the spectrum with the noise of Poisson's distribution.
    private static func count(_ spectrum: inout [Float], _ peakCounts: Double, _ random: inout RandomSource) {
        let highest = Double(spectrum.max() ?? 0)
        guard highest > 0 else { return }
        let scale = peakCounts / highest
        for point in spectrum.indices where spectrum[point] > 0 {
            spectrum[point] = Float(random.poisson(mean: Double(spectrum[point]) * scale) / scale)
        }
    }

    private func answers(to spectra: ArraySlice<[Float]>) throws -> [JudgedSpectrum.Answer] {
        switch network {
        case .unmixing(let network): try answers(of: network, to: spectra)
        case .paper(let inference): try answers(of: inference, to: spectra)
        }
    }

    private func answers(of network: UnmixingSTN, to spectra: ArraySlice<[Float]>) throws -> [JudgedSpectrum.Answer] {
        for (row, spectrum) in spectra.enumerated() {
            try reading.read(clean: spectrum.span)
            network.input.set(reading, row: row)
        }
        let shiftsEV = network.answer(batch: spectra.count)
        let logits = network.reader.logits
        let labels = logits.count / network.input.maxBatch
        return shiftsEV.enumerated().map { row, shiftEV in
            JudgedSpectrum.Answer(
                probabilities: logits.array(row: row, of: labels).map { BinaryCrossEntropy.probability($0) },
                modes: [.init(shiftEV: Double(shiftEV), sigmaEV: nil, weight: 1)])
        }
    }

    private func answers(of inference: Inference, to spectra: ArraySlice<[Float]>) throws -> [JudgedSpectrum.Answer] {
        let labels = inference.model.labels.count
        var input: [Float] = []
        input.reserveCapacity(spectra.count * EnergyGrid.standard.count)
        for spectrum in spectra {
            var prepared = spectrum
            var span = prepared.mutableSpan
            try Preprocessing.prepare(&span, windows: [0..<span.count])
            input += prepared
        }
        var probabilities = [Float](repeating: 0, count: spectra.count * labels)
        var shiftsEV = [Float](repeating: 0, count: spectra.count)
        var probabilitySpan = probabilities.mutableSpan
        var shiftSpan = shiftsEV.mutableSpan
        inference.run(spectra: input.span, count: spectra.count, probabilities: &probabilitySpan, shiftsEV: &shiftSpan)
        return shiftsEV.indices.map { row in
            JudgedSpectrum.Answer(
                probabilities: Array(probabilities[row * labels..<(row + 1) * labels]),
                modes: inference.estimatesShift
                    ? [.init(shiftEV: Double(shiftsEV[row]), sigmaEV: nil, weight: 1)] : [])
        }
    }
}
