public import Foundation
public import NeuralNetwork

extension Model {
    /// The name of the model that comes with the program.
    public static let defaultName = "default"

    /// The shipped model of that name, else the weight file at that path.
    public static func named(_ nameOrPath: String) throws -> Model {
        let catalogue = try ModelCatalogue.shipped
        if let entry = catalogue.entry(named: nameOrPath) { return try load(from: entry.file) }
        do {
            return try load(from: URL(fileURLWithPath: nameOrPath))
        } catch SafeTensorsError.unreadable(let file, let reason)
            where !FileManager.default.fileExists(atPath: nameOrPath)
        {
            let names = catalogue.entries.map(\.name).joined(separator: ", ")
            throw SafeTensorsError.unreadable(
                file: file, reason: "\(reason) It names none of the models that come with the program either: \(names)."
            )
        }
    }

    /// Reads a weight file and checks that this program can use it.
    ///
    /// - Throws: `SafeTensorsError` for a file that is none, `ModelError` for one of another kind.
    public static func load(from url: URL) throws -> Model {
        do {
            return try Model(SafeTensors(contentsOf: url))
        } catch let error as ModelError {
            throw ModelError("\(url.path): \(error)")
        } catch let error as SafeTensorsError {
            if case .unreadable = error { throw error }
            throw SafeTensorsError.unreadable(file: url.path, reason: "\(error)")
        }
    }

    /// Writes the weight file in a single step.
    public func save(to url: URL) throws(SafeTensorsError) {
        var writer = SafeTensorsWriter(metadata: metadata)
        for (name, weights) in weights.merging(calibration, uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
            writer.add(name, shape: weights.shape, floats: weights.values)
        }
        try writer.write(to: url)
    }

    /// A model out of a weight file; tensors of other names than the network's are not kept.
    init(_ file: SafeTensors) throws {
        let metadata = file.metadata
        guard metadata[Key.format] == Self.formatName else {
            throw ModelError("holds no model of this program: “\(Key.format)” must be “\(Self.formatName)”")
        }
        func value(_ key: String) throws(ModelError) -> String {
            guard let value = metadata[key] else { throw ModelError("the metadata lack “\(key)”") }
            return value
        }
        let kind = try value(Key.architecture)
        guard let architecture = Architecture(rawValue: kind) else {
            let known = Architecture.allCases.map(\.rawValue).joined(separator: ", ")
            throw ModelError("the architecture “\(kind)” is none of \(known)")
        }
        let grid = try value(Key.grid)
        guard grid == Self.gridName else {
            throw ModelError("made for the grid “\(grid)”, this program uses “\(Self.gridName)”")
        }
        preprocessing = try value(Key.preprocessing)
        let expected = Architecture.paper.contains(architecture) ? Preprocessing.name : RegionReading.name
        guard preprocessing == expected else {
            throw ModelError("made with the preprocessing “\(preprocessing)”, this program's is “\(expected)”")
        }
        self.architecture = architecture
        name = try value(Key.name)
        labels = try value(Key.labels).split(separator: "\n").map(String.init)
        guard labels.count == NetworkShape.standard.labels else {
            throw ModelError("\(labels.count) labels, \(NetworkShape.standard.labels) are needed")
        }
        shiftOriginEV = metadata[Key.shiftOrigin].flatMap { Double($0) }
        if architecture != .mlp, architecture != .cnn, shiftOriginEV?.isFinite != true {
            throw ModelError("the metadata need “\(Key.shiftOrigin)”, a number in eV")
        }
        trainingRecord = [:]
        for (key, value) in metadata where key.hasPrefix(Key.training) {
            trainingRecord[String(key.dropFirst(Key.training.count))] = value
        }
        var weights: [String: Weights] = [:]
        for (name, shape) in Self.layout(architecture) {
            guard let entry = file.entries[name] else { throw ModelError("the weights “\(name)” are missing") }
            guard entry.shape == shape else {
                throw ModelError("the weights “\(name)” have the shape \(entry.shape), \(shape) is needed")
            }
            let values = try file.floats(name)
            guard values.allSatisfy(\.isFinite) else { throw ModelError("the weights “\(name)” are not all finite") }
            weights[name] = Weights(shape: shape, values: values)
        }
        self.weights = weights
        for (name, entry) in file.entries where name.hasPrefix(Key.calibration) {
            calibration[name] = Weights(shape: entry.shape, values: try file.floats(name))
        }
    }

    /// Names and shapes of everything an architecture's file must hold.
    private static func layout(_ architecture: Architecture) -> [(name: String, shape: [Int])] {
        let network = architecture.makeTrainedNetwork(maxBatch: 1, seed: 0)
        return network.parameters.map { ($0.name, $0.shape) } + network.statistics.map { ($0.name, [$0.values.count]) }
    }
}
