/// A computation under construction in the terms of ONNX (https://onnx.ai/onnx/repo-docs/IR.html): named values, the
/// nodes that make them of others, and the constants they start from.
///
/// Every value is made once and before it is used, which is the order that the format asks for.
struct ONNXGraph {
    /// A tensor that flows through the graph.
    struct Value {
        /// Its name in the file.
        let name: String
    }

    /// One extent of an input's or output's shape.
    enum Extent {
        /// As many spectra as are given.
        case batch
        /// Always so many.
        case fixed(Int)
    }

    /// A constant of a node, fixed when the graph is made.
    enum Attribute {
        case integer(Int)
        case integers([Int])
        case float(Float)
    }

    /// The version of the operators' meanings, and of the file format that came with it: both of 2022, which every
    /// runtime of the last years reads.
    static let operatorSet = 17
    static let formatVersion = 8

    private enum ElementType: Int {
        case float32 = 1
        case int64 = 7
    }

    private let name: String
    private var nodes: [[UInt8]] = []
    private var constants: [[UInt8]] = []
    private var inputs: [[UInt8]] = []
    private var outputs: [[UInt8]] = []
    private var count = 0

    /// A graph without nodes.
    init(name: String) {
        self.name = name
    }

    /// A value that the user of the graph gives.
    mutating func input(_ name: String, shape: [Extent], meaning: String) -> Value {
        inputs.append(Self.description(name, shape: shape, meaning: meaning))
        return Value(name: name)
    }

    /// Hands a value to the user of the graph under a name of its own.
    mutating func output(_ value: Value, as name: String, shape: [Extent], meaning: String) {
        outputs.append(Self.description(name, shape: shape, meaning: meaning))
        append("Identity", [value], output: name)
    }

    /// A constant of single-precision numbers, row-major.
    mutating func constant(_ name: String, shape: [Int], _ values: [Float]) -> Value {
        precondition(values.count == shape.reduce(1, *), "\(name): \(values.count) values for the shape \(shape)")
        return constant(name, shape: shape, .float32, bytes: Self.littleEndian(values.map(\.bitPattern)))
    }

    /// A constant of integers, row-major.
    mutating func constant(_ name: String, shape: [Int], _ values: [Int]) -> Value {
        precondition(values.count == shape.reduce(1, *), "\(name): \(values.count) values for the shape \(shape)")
        return constant(name, shape: shape, .int64, bytes: Self.littleEndian(values.map { Int64($0) }))
    }

    /// The one output of a node, which is called after its operator and its place in the graph.
    mutating func node(
        _ operation: String, _ inputs: [Value], _ attributes: KeyValuePairs<String, Attribute> = [:]
    ) -> Value {
        count += 1
        let output = "\(operation)_\(count)"
        append(operation, inputs, attributes, output: output)
        return Value(name: output)
    }

    /// The whole file: the graph, what made it and the strings that go with it.
    func bytes(metadata: [String: String], meaning: String) -> [UInt8] {
        ONNXMessage { model in
            model.integer(1, Self.formatVersion)
            model.string(2, "corelevel")
            model.string(6, meaning)
            model.message(7) { graph in
                for node in nodes { graph.lengthDelimited(1, node) }
                graph.string(2, name)
                for constant in constants { graph.lengthDelimited(5, constant) }
                for input in inputs { graph.lengthDelimited(11, input) }
                for output in outputs { graph.lengthDelimited(12, output) }
            }
            model.message(8) { set in
                set.string(1, "")
                set.integer(2, Self.operatorSet)
            }
            for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
                model.message(14) { entry in
                    entry.string(1, key)
                    entry.string(2, value)
                }
            }
        }.bytes
    }

    private mutating func append(
        _ operation: String, _ inputs: [Value], _ attributes: KeyValuePairs<String, Attribute> = [:], output: String
    ) {
        nodes.append(
            ONNXMessage { node in
                for input in inputs { node.string(1, input.name) }
                node.string(2, output)
                node.string(3, "make " + output)
                node.string(4, operation)
                for (name, attribute) in attributes {
                    node.message(5) { Self.write(attribute, name: name, into: &$0) }
                }
            }.bytes)
    }

    private mutating func constant(_ name: String, shape: [Int], _ type: ElementType, bytes: [UInt8]) -> Value {
        constants.append(
            ONNXMessage { tensor in
                for extent in shape { tensor.integer(1, extent) }
                tensor.integer(2, type.rawValue)
                tensor.string(8, name)
                tensor.lengthDelimited(9, bytes)
            }.bytes)
        return Value(name: name)
    }

    private static func write(_ attribute: Attribute, name: String, into message: inout ONNXMessage) {
        message.string(1, name)
        switch attribute {
        case .float(let value):
            message.float(2, value)
            message.integer(20, 1)
        case .integer(let value):
            message.integer(3, value)
            message.integer(20, 2)
        case .integers(let values):
            for value in values { message.integer(8, value) }
            message.integer(20, 7)
        }
    }

    private static func description(_ name: String, shape: [Extent], meaning: String) -> [UInt8] {
        ONNXMessage { value in
            value.string(1, name)
            value.message(2) { type in
                type.message(1) { tensor in
                    tensor.integer(1, ElementType.float32.rawValue)
                    tensor.message(2) { shapes in
                        for extent in shape {
                            shapes.message(1) { dimension in
                                switch extent {
                                case .batch: dimension.string(2, "N")
                                case .fixed(let size): dimension.integer(1, size)
                                }
                            }
                        }
                    }
                }
            }
            value.string(3, meaning)
        }.bytes
    }

    private static func littleEndian(_ values: [some FixedWidthInteger]) -> [UInt8] {
        values.map(\.littleEndian).withUnsafeBytes { Array($0) }
    }
}
