import Classifier
import Foundation
import NeuralNetwork
import Synthesis
import Testing

/// Exported models, read back as bytes and run by another runtime.
@Suite struct ONNXExportTests {
    static let count = 200

    /// A Python with onnxruntime, if `CORELEVEL_PYTHON` is one.
    static let python: URL? = {
        guard let path = ProcessInfo.processInfo.environment["CORELEVEL_PYTHON"] else { return nil }
        let python = URL(fileURLWithPath: path)
        return (try? run(python, ["-c", "import onnxruntime"])) == 0 ? python : nil
    }()

    static func run(_ program: URL, _ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Weights that are not trained, so that every output is away from 0 and 1 and shifts go beyond the axis's ends.
    func untrained(_ architecture: Architecture) -> Model {
        let network = architecture.makeTrainedNetwork(maxBatch: 1, seed: 11)
        // Layers that start at zero.
        for parameter in network.parameters
        where !parameter.value.array.contains(where: { $0 != 0 }) {
            parameter.value.copy((0..<parameter.value.count).map { Float($0 % 5 - 2) * 0.02 })
        }
        for (index, statistic) in network.statistics.enumerated() {
            statistic.values.copy((0..<statistic.values.count).map { 0.02 + 0.01 * Float(($0 + index) % 7) })
        }
        return Model(
            network: network, name: "untrained", labels: FunctionalGroup.all.map(\.name),
            preprocessing: Architecture.paper.contains(architecture) ? Preprocessing.name : RegionReading.name,
            shiftOriginEV: architecture == .stn ? -0.25 : nil, trainingRecord: [:])
    }

    @Test(
        "onnxruntime answers as the program does",
        .enabled(if: python != nil, "set CORELEVEL_PYTHON to a Python with onnxruntime to run this"),
        arguments: Architecture.allCases.map(\.rawValue) + (try ModelCatalogue.shipped.entries.map(\.name)))
    func onnxruntimeAgrees(name: String) throws {
        let model = try Architecture(rawValue: name).map(untrained) ?? Model.named(name)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (onnx, answers) = (folder.appendingPathComponent("m.onnx"), folder.appendingPathComponent("a.safetensors"))
        try ONNXExport.write(model, to: onnx)
        let isOfThePaper = Architecture.paper.contains(model.architecture)
        try (isOfThePaper ? self.answers(of: model) : alignedAnswers(of: model)).write(to: answers)
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Interop/onnx_compare.py")
        #expect(try Self.run(try #require(Self.python), [script.path, onnx.path, answers.path]) == 0)
    }

    /// `count` spectra of mixtures.
    private func mixtures() throws -> [[Float]] {
        var mixtures = MixtureGenerator(library: try .shipped, maxShiftEV: 5, seed: 77)
        var spectrum = [Float](repeating: 0, count: mixtures.spectrumCount)
        var truth = [Float](repeating: 0, count: mixtures.labelCount)
        return (0..<Self.count).map { _ in
            var row = spectrum.mutableSpan
            var label = truth.mutableSpan
            _ = mixtures.next(spectrum: &row, labels: &label)
            return spectrum
        }
    }

    /// Readings of spectra, each under a shift of its own up to and beyond the room there is, and what the program
    /// makes of them.
    private func alignedAnswers(of model: Model) throws -> SafeTensorsWriter {
        let readings = try mixtures().enumerated().map { number, spectrum in
            var reading = RegionReading()
            try reading.read(clean: spectrum.span)
            for window in reading.noise.indices { reading.noise[window] = Float(-(number + window) % 5) }
            // Some cells are not recorded.
            for cell in reading.mask.indices where (cell / 40 + number) % 7 == 0 {
                (reading.mask[cell], reading.values[cell]) = (0, 0)
            }
            return reading
        }
        let alignmentsEV = (0..<Self.count).map { Float($0 - Self.count / 2) * 0.0837 }
        var writer = SafeTensorsWriter(metadata: [:])
        func add(_ name: String, _ values: [Float], isColumn: Bool = false) {
            writer.add(
                name, shape: isColumn ? [Self.count] : [Self.count, values.count / Self.count], floats: values)
        }
        add("values", readings.flatMap(\.values))
        add("mask", readings.flatMap(\.mask))
        add("noise", readings.flatMap(\.noise))
        add("alignment_eV", alignmentsEV, isColumn: true)
        let outputs = try ONNXReference.outputs(of: model, readings: readings, alignmentsEV: alignmentsEV)
        for (name, values) in outputs { add(name, values) }
        return writer
    }

    /// Spectra and what the program makes of them.
    private func answers(of model: Model) throws -> SafeTensorsWriter {
        let (points, labels) = (NetworkShape.standard.points, model.labels.count)
        let spectra = try mixtures().flatMap(\.self)
        var probabilities = [Float](repeating: 0, count: Self.count * labels)
        var shiftsEV = [Float](repeating: 0, count: Self.count)
        let inference = try Inference(model: model, maxBatch: Self.count)
        var answers = probabilities.mutableSpan
        var shifts = shiftsEV.mutableSpan
        inference.run(spectra: spectra.span, count: Self.count, probabilities: &answers, shiftsEV: &shifts)
        var writer = SafeTensorsWriter(metadata: [:])
        writer.add("spectra", shape: [Self.count, points], floats: spectra)
        writer.add("probabilities", shape: [Self.count, labels], floats: probabilities)
        if inference.estimatesShift { writer.add("shift_eV", shape: [Self.count], floats: shiftsEV) }
        return writer
    }

    @Test("every value is made once, before it is used, and the weights lie in the file as they are")
    func structure() throws {
        let model = untrained(.stn)
        let file = ProtobufFields(try ONNXExport.bytes(of: model))
        let graph = ProtobufFields(try #require(file.bytes(7).first))
        var known = Set(graph.bytes(11).map { ProtobufFields($0).string(1) })
        #expect(known == ["spectra"])
        for tensor in graph.bytes(5).map({ ProtobufFields($0) }) {
            #expect(known.insert(tensor.string(8)).inserted)
            guard let weights = model.weights[tensor.string(8)] else { continue }
            #expect(tensor.integers(1) == weights.shape)
            #expect(tensor.bytes(9).first == weights.values.withUnsafeBytes { Array($0) })
        }
        #expect(known.isSuperset(of: model.weights.keys))
        for node in graph.bytes(1).map({ ProtobufFields($0) }) {
            for input in node.strings(1) { #expect(known.contains(input), "\(node.string(2))") }
            for output in node.strings(2) { #expect(known.insert(output).inserted) }
        }
        #expect(graph.bytes(12).map { ProtobufFields($0).string(1) } == ["probabilities", "shift_eV"])
        #expect(known.isSuperset(of: ["probabilities", "shift_eV"]))
        let metadata = file.bytes(14).map { ProtobufFields($0) }.map { ($0.string(1), $0.string(2)) }
        let strings = Dictionary(uniqueKeysWithValues: metadata)
        #expect(strings["labels"] == model.labels.joined(separator: "\n"))
        #expect(strings["preprocessing"] == Preprocessing.name && strings["shift_origin_eV"] == "-0.25")
        #expect(strings["outputs"] == "probabilities [N, 40], shift_eV [N]")
    }

    @Test("a folder that is not there is named")
    func unwritable() throws {
        let url = URL(fileURLWithPath: "/nowhere/at/all.onnx")
        do {
            try ONNXExport.write(untrained(.mlp), to: url)
            Issue.record("written")
        } catch let error as SafeTensorsError {
            #expect("\(error)".contains("/nowhere/at/all.onnx"))
        }
    }
}

/// The fields of a protocol buffers message, read by the specification of the encoding alone.
private struct ProtobufFields {
    private var values: [(field: Int, integer: Int, bytes: [UInt8])] = []

    init(_ message: [UInt8]) {
        var rest = message[...]
        func varint() -> Int {
            var value: UInt64 = 0
            var shift: UInt64 = 0
            while let byte = rest.popFirst() {
                value |= UInt64(byte & 0x7F) << shift
                shift += 7
                if byte < 0x80 { break }
            }
            return Int(truncatingIfNeeded: value)
        }
        while !rest.isEmpty {
            let key = varint()
            switch key & 7 {
            case 0: values.append((key >> 3, varint(), []))
            case 5:
                values.append((key >> 3, 0, Array(rest.prefix(4))))
                rest = rest.dropFirst(4)
            default:
                let count = varint()
                values.append((key >> 3, 0, Array(rest.prefix(count))))
                rest = rest.dropFirst(count)
            }
        }
    }

    func bytes(_ field: Int) -> [[UInt8]] { values.filter { $0.field == field }.map(\.bytes) }
    func integers(_ field: Int) -> [Int] { values.filter { $0.field == field }.map(\.integer) }
    func strings(_ field: Int) -> [String] { bytes(field).map { String(decoding: $0, as: UTF8.self) } }
    func string(_ field: Int) -> String { strings(field).first ?? "" }
}
