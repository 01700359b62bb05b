import NeuralNetwork

extension Model {
    /// What the model is called after in lists: its weights, their work and their training.
    public struct Figures: Sendable, Equatable {
        /// Trained numbers, running statistics not counted.
        public let parameters: Int
        /// Multiplications with an addition that one spectrum takes, elementwise functions not counted.
        public let multiplyAddsPerSpectrum: Int
        /// The training in a phrase.
        public let trainedOn: String
    }

    /// The figures that a list shows.
    public var figures: Figures {
        Figures(
            parameters: weights.filter { !$0.key.contains(".running_") }.reduce(0) { $0 + $1.value.values.count },
            multiplyAddsPerSpectrum: multiplyAddsPerSpectrum, trainedOn: trainedOn)
    }

    private var multiplyAddsPerSpectrum: Int {
        switch architecture {
        case .mlp, .cnn, .stn: multiplyAddsOfPaper
        case .regionSTN: RegionSTN(maxBatch: 1, seed: 0).multiplyAdds
        case .unmixingSTN: UnmixingSTN(maxBatch: 1, seed: 0).multiplyAdds
        }
    }

    /// Every weight of a dense layer is used once, those of the convolution at every point, and the sampler blends two
    /// neighbours into every point.
    private var multiplyAddsOfPaper: Int {
        let points = NetworkShape.standard.points
        let dense = weights.values.filter { $0.shape.count == 2 }.reduce(0) { $0 + $1.values.count }
        let convolution = weights.values.filter { $0.shape.count == 3 }.reduce(0) { $0 + $1.values.count } * points
        return dense + convolution + (architecture == .stn ? 2 * points : 0)
    }

    private var trainedOn: String {
        var parts: [String] = []
        if let spectra = trainingRecord["spectra"].flatMap({ Int($0) }) {
            parts.append(trainingRecord["start"] == nil ? "\(spectra) spectra" : "\(spectra) spectra after others")
        }
        if let library = trainingRecord["library"] { parts.append("of \(library)") }
        if let shift = trainingRecord["max_shift_eV"].flatMap({ Double($0) }) {
            parts.append("shifted by ±\(shift) eV")
        }
        return parts.isEmpty ? "not recorded" : parts.joined(separator: " ")
    }
}
