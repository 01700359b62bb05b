import NeuralNetwork
import Spectroscopy

/// A trained network as it is stored and shipped: named weights, and what is needed to use them rightly.
public struct Model: Sendable {
    /// An array of weights; `shape` is row-major.
    public struct Weights: Sendable, Equatable {
        /// Sizes, slowest axis first.
        public var shape: [Int]
        /// The numbers.
        public var values: [Float]

        /// Numbers in that shape.
        package init(shape: [Int], values: [Float]) {
            self.shape = shape
            self.values = values
        }
    }

    /// Which network the weights belong to.
    public let architecture: Architecture
    /// What the model is called in results.
    public var name: String
    /// The functional groups, in the order of the answers.
    public let labels: [String]
    /// The preprocessing its spectra went through.
    public let preprocessing: String
    /// What the network's own shift is where the true one is zero, in eV; nil where it estimates none.
    ///
    /// Training fixes an alignment, not its origin, so the origin is measured on spectra of known shift afterwards.
    public var shiftOriginEV: Double?
    /// How it was trained, in strings for people and scripts.
    public var trainingRecord: [String: String]
    /// The weights by name.
    public internal(set) var weights: [String: Weights]
    /// What the answers are corrected by, by names that begin with “calibration.”; empty where nothing is.
    public var calibration: [String: Weights] = [:]

    /// Takes the weights out of a network.
    public init(
        network: any TrainedNetwork, name: String, labels: [String], preprocessing: String, shiftOriginEV: Double?,
        trainingRecord: [String: String]
    ) {
        architecture = network.architecture
        self.name = name
        self.labels = labels
        self.preprocessing = preprocessing
        self.shiftOriginEV = shiftOriginEV
        self.trainingRecord = trainingRecord
        var weights: [String: Weights] = [:]
        for parameter in network.parameters {
            weights[parameter.name] = Weights(shape: parameter.shape, values: parameter.value.array)
        }
        for (name, values) in network.statistics {
            weights[name] = Weights(shape: [values.count], values: values.array)
        }
        self.weights = weights
    }

    /// The same model with other weights of the same network.
    func replacing(weights: [String: Weights]) -> Model {
        var model = self
        model.weights = weights
        return model
    }

    /// Everything that is known about the model, as the weight file's metadata holds it.
    public var metadata: [String: String] {
        var metadata = [
            Key.format: Self.formatName, Key.architecture: architecture.rawValue, Key.name: name,
            Key.preprocessing: preprocessing, Key.grid: Self.gridName,
            Key.labels: labels.joined(separator: "\n"),
        ]
        if let shiftOriginEV { metadata[Key.shiftOrigin] = "\(shiftOriginEV)" }
        for (key, value) in trainingRecord { metadata[Key.training + key] = value }
        return metadata
    }

    /// Puts the weights into a network of the same architecture.
    public func load(into network: any TrainedNetwork) throws(ModelError) {
        for parameter in network.parameters {
            parameter.value.copy(try values(parameter.name, shape: parameter.shape))
        }
        for (name, statistic) in network.statistics {
            statistic.copy(try values(name, shape: [statistic.count]))
        }
    }

    private func values(_ name: String, shape: [Int]) throws(ModelError) -> [Float] {
        guard let found = weights[name] else {
            throw ModelError("the weights “\(name)” are missing, which a network “\(architecture.rawValue)” needs")
        }
        guard found.shape == shape else {
            throw ModelError("the weights “\(name)” have the shape \(found.shape), \(shape) is needed")
        }
        return found.values
    }
}

extension Model {
    /// The value of `format` in a weight file's metadata.
    static let formatName = "corelevel-model-1"

    static var gridName: String {
        let grid = EnergyGrid.standard
        return "\(grid.startEV) eV + \(grid.stepEV) eV x \(grid.count)"
    }

    /// Keys of a weight file's metadata.
    enum Key {
        static let format = "format"
        static let architecture = "architecture"
        static let name = "name"
        static let labels = "labels"
        static let grid = "grid"
        static let preprocessing = "preprocessing"
        static let shiftOrigin = "shift_origin_eV"
        static let training = "training."
        /// Tensors of the calibration.
        static let calibration = "calibration."
    }
}

/// Why a model cannot be used, in words.
public struct ModelError: Error, Equatable, CustomStringConvertible {
    /// What is wrong and where.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
