public import Foundation
import NeuralNetwork
import Spectroscopy

/// A model as an ONNX file, which runtimes of every language run (https://onnx.ai): standard operators only, weights
/// and metadata inside.
///
/// Input `spectra` [N, 6601], preprocessed as the metadata name it; outputs `probabilities` [N, 40], one per functional
/// group, and, where the network estimates one, `shift_eV` [N], positive to higher binding energy. N is free.
public struct ONNXExport {
    /// The model that is written.
    let model: Model
    var graph: ONNXGraph
    private var outputs: [String] = []
    private var constants = 0

    /// The file's bytes.
    ///
    /// - Throws: `ModelError` if weights are missing, or of an architecture that has no form in ONNX yet.
    public static func bytes(of model: Model) throws(ModelError) -> [UInt8] {
        var export = ONNXExport(model: model)
        try export.build()
        var metadata = model.metadata
        metadata["input"] = "spectra [N, \(NetworkShape.standard.points)]"
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
        let points = NetworkShape.standard.points
        let spectra = graph.input(
            "spectra", shape: [.batch, .fixed(points)],
            meaning: "intensities on the grid \(Model.gridName), preprocessed by \(model.preprocessing)")
        switch model.architecture {
        case .mlp: answer(try classifier(spectra))
        case .cnn: answer(try classifier(try convolution(spectra, "convolution", points: points)))
        case .stn:
            let translation = try localisation(spectra, "localisation")
            let shift = multiply(translation, by: Float(points) / 2)
            answer(try classifier(linearSample(spectra, shift: shift, points: points)), shiftSteps: shift)
        }
    }

    /// Names the outputs; the estimated shift is that of the sampler less the network's own origin.
    private mutating func answer(_ logits: ONNXGraph.Value, shiftSteps: ONNXGraph.Value? = nil) {
        graph.output(
            graph.node("Sigmoid", [logits]), as: "probabilities", shape: [.batch, .fixed(model.labels.count)],
            meaning: "probability of each functional group, in the order of the metadata's labels")
        outputs.append("probabilities [N, \(model.labels.count)]")
        guard let shiftSteps else { return }
        let perSpectrum = graph.node("Squeeze", [shiftSteps, integers([1], shape: [1])])
        let shiftEV = multiply(perSpectrum, by: Float(EnergyGrid.standard.stepEV))
        graph.output(
            graph.node("Sub", [shiftEV, number(Float(model.shiftOriginEV ?? 0))]), as: "shift_eV", shape: [.batch],
            meaning: "how far the spectrum lies above its reference in eV: corrected = measured - shift")
        outputs.append("shift_eV [N]")
    }

    /// The weights of that name as a constant of the graph.
    mutating func weights(_ name: String) throws(ModelError) -> ONNXGraph.Value {
        guard let weights = model.weights[name] else {
            throw ModelError(
                "the weights “\(name)” are missing, which a network “\(model.architecture.rawValue)” needs")
        }
        return graph.constant(name, shape: weights.shape, weights.values)
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
