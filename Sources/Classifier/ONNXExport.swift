public import Foundation
import NeuralNetwork
import Spectroscopy

/// A model as an ONNX file, which runtimes of every language run (https://onnx.ai): standard operators only, weights
/// and metadata inside.
///
/// The paper's networks: input `spectra` [N, 6601], preprocessed as the metadata name it; outputs `probabilities`
/// [N, 40], one per functional group, and, of the STN, `shift_eV` [N], positive to higher binding energy. The networks on
/// core-level windows read `values`, `mask` and `noise` of a `RegionReading` and answer for one alignment at a time: see
/// `buildRegionSTN`. N is free.
public struct ONNXExport {
    /// The model that is written.
    let model: Model
    var graph: ONNXGraph
    private var inputs: [String] = []
    private var outputs: [String] = []
    private var constants = 0

    /// The file's bytes.
    ///
    /// - Throws: `ModelError` if weights are missing.
    public static func bytes(of model: Model) throws(ModelError) -> [UInt8] {
        var export = ONNXExport(model: model)
        try export.build()
        var metadata = model.metadata
        metadata["inputs"] = export.inputs.joined(separator: ", ")
        metadata["outputs"] = export.outputs.joined(separator: ", ")
        return export.graph.bytes(
            metadata: metadata, meaning: "CoreLevel model \(model.name): functional groups from core-level spectra")
    }

    /// Writes the file in a single step.
    public static func write(_ model: Model, to url: URL) throws {
        let data = Data(try bytes(of: model))
        do {
            try data.write(to: url, options: .atomic)
        } catch {
            throw SafeTensorsError.unwritable(file: url.path, reason: (error as NSError).localizedDescription)
        }
    }

    private init(model: Model) {
        self.model = model
        graph = ONNXGraph(name: model.name)
    }

    private mutating func build() throws(ModelError) {
        switch model.architecture {
        case .mlp: answer(try classifier(spectra()))
        case .cnn:
            let filtered = try convolution(spectra(), "convolution", points: NetworkShape.standard.points)
            answer(try classifier(filtered))
        case .stn:
            let (x, points) = (spectra(), NetworkShape.standard.points)
            let shift = multiply(try localisation(x, "localisation"), by: Float(points) / 2)
            answer(try classifier(linearSample(x, shift: shift, points: points)))
            let perSpectrum = graph.node("Squeeze", [shift, integers([1], shape: [1])])
            let shiftEV = multiply(perSpectrum, by: Float(EnergyGrid.standard.stepEV))
            output(
                graph.node("Sub", [shiftEV, number(Float(model.shiftOriginEV ?? 0))]), as: "shift_eV", [],
                meaning: "how far the spectrum lies above its reference in eV: corrected = measured - shift")
        case .regionSTN: try buildRegionSTN()
        case .unmixingSTN: try buildUnmixingSTN()
        }
    }

    /// What the paper's networks read.
    private mutating func spectra() -> ONNXGraph.Value {
        input(
            "spectra", [NetworkShape.standard.points],
            meaning: "intensities on the grid \(Model.gridName), preprocessed by \(model.preprocessing)")
    }

    /// The groups' probabilities of their logits.
    mutating func answer(_ logits: ONNXGraph.Value) {
        output(
            graph.node("Sigmoid", [logits]), as: "probabilities", [model.labels.count],
            meaning: "probability of each functional group, in the order of the metadata's labels")
    }

    /// A value that the user gives, [N] or [N, count].
    mutating func input(_ name: String, _ counts: [Int], meaning: String) -> ONNXGraph.Value {
        inputs.append(Self.words(name, counts))
        return graph.input(name, shape: [.batch] + counts.map { .fixed($0) }, meaning: meaning)
    }

    /// Hands a value [N] or [N, count] to the user.
    mutating func output(_ value: ONNXGraph.Value, as name: String, _ counts: [Int], meaning: String) {
        outputs.append(Self.words(name, counts))
        graph.output(value, as: name, shape: [.batch] + counts.map { .fixed($0) }, meaning: meaning)
    }

    private static func words(_ name: String, _ counts: [Int]) -> String {
        "\(name) [\((["N"] + counts.map { "\($0)" }).joined(separator: ", "))]"
    }

    /// The weights of that name as a constant of the graph, with more axes of extent one if an operator asks for them.
    mutating func weights(_ name: String, shape: [Int]? = nil) throws(ModelError) -> ONNXGraph.Value {
        guard let weights = model.weights[name] else {
            throw ModelError(
                "the weights “\(name)” are missing, which a network “\(model.architecture.rawValue)” needs")
        }
        return graph.constant(name, shape: shape ?? weights.shape, weights.values)
    }

    /// A constant number.
    mutating func number(_ value: Float) -> ONNXGraph.Value {
        constants += 1
        return graph.constant("number_\(constants)", shape: [], [value])
    }

    /// Constant integers, for operators that take shapes, axes and indices.
    mutating func integers(_ values: [Int], shape: [Int]) -> ONNXGraph.Value {
        constants += 1
        return graph.constant("integers_\(constants)", shape: shape, values)
    }

    /// A value times a constant number.
    mutating func multiply(_ value: ONNXGraph.Value, by factor: Float) -> ONNXGraph.Value {
        graph.node("Mul", [value, number(factor)])
    }
}
