import NeuralNetwork

/// The layers of the paper's networks in ONNX's operators, by the names of their weights.
extension ONNXExport {
    /// The paper's classifier: see `ClassifierHead`.
    mutating func classifier(_ x: ONNXGraph.Value) throws(ModelError) -> ONNXGraph.Value {
        var x = x
        for number in 1...2 {
            x = try linear(x, "head.linear\(number)")
            x = try batchNorm(x, "head.norm\(number)")
            x = graph.node("LeakyRelu", [x], ["alpha": .float(0.01)])
        }
        return try linear(x, "head.linear3")
    }

    /// The transformer's localisation network: translations [N, 1] in half lengths of the axis.
    mutating func localisation(_ x: ONNXGraph.Value, _ name: String) throws(ModelError) -> ONNXGraph.Value {
        var x = x
        for number in 1...2 {
            x = graph.node("Relu", [try linear(x, "\(name).linear\(number)")])
        }
        return try linear(x, "\(name).linear3")
    }

    /// y = x·Wᵀ + b.
    mutating func linear(_ x: ONNXGraph.Value, _ name: String) throws(ModelError) -> ONNXGraph.Value {
        graph.node("Gemm", [x, try weights(name + ".weight"), try weights(name + ".bias")], ["transB": .integer(1)])
    }

    /// y = γ (x − μ)/√(σ² + ε) + β by the running statistics.
    mutating func batchNorm(_ x: ONNXGraph.Value, _ name: String) throws(ModelError) -> ONNXGraph.Value {
        graph.node(
            "BatchNormalization",
            [
                x, try weights(name + ".weight"), try weights(name + ".bias"), try weights(name + ".running_mean"),
                try weights(name + ".running_var"),
            ], ["epsilon": .float(1e-5)])
    }

    /// One channel in, one channel out, kernel 3, zeros beyond the ends.
    mutating func convolution(
        _ x: ONNXGraph.Value, _ name: String, points: Int
    ) throws(ModelError) -> ONNXGraph.Value {
        let channel = integers([1], shape: [1])
        let filtered = graph.node(
            "Conv",
            [graph.node("Unsqueeze", [x, channel]), try weights(name + ".weight"), try weights(name + ".bias")],
            ["kernel_shape": .integers([3]), "pads": .integers([1, 1])])
        return graph.node("Squeeze", [filtered, channel])
    }

    /// y(i) = x(i + s), linear between points, zeros outside, with s [N, 1] in points: see `LinearSampler`.
    mutating func linearSample(_ x: ONNXGraph.Value, shift: ONNXGraph.Value, points: Int) -> ONNXGraph.Value {
        // Beyond the row on either side all is zero; the bound keeps the whole part within an integer's reach.
        let limit = Float(points + 1)
        let bounded = graph.node("Clip", [shift, number(-limit), number(limit)])
        let whole = graph.node("Floor", [bounded])
        let fraction = graph.node("Sub", [bounded, whole])
        let offset = graph.node("Cast", [whole], ["to": .integer(7)])
        // A zero at each end of the row is where indices beyond it are sent.
        let padded = graph.node("Pad", [x, integers([0, 1, 0, 1], shape: [4])])
        let left = neighbour(of: padded, offset: offset, first: 1, points: points)
        let right = neighbour(of: padded, offset: offset, first: 2, points: points)
        let rest = graph.node("Sub", [number(1), fraction])
        return graph.node(
            "Add", [graph.node("Mul", [left, rest]), graph.node("Mul", [right, fraction])])
    }

    /// x(first + i + offset) of every row for i in 0 ..< points, the index held within the padded row.
    private mutating func neighbour(
        of padded: ONNXGraph.Value, offset: ONNXGraph.Value, first: Int, points: Int
    ) -> ONNXGraph.Value {
        let positions = integers(Array(first..<first + points), shape: [1, points])
        let indices = graph.node(
            "Clip",
            [graph.node("Add", [offset, positions]), integers([0], shape: []), integers([points + 1], shape: [])])
        return graph.node("GatherElements", [padded, indices], ["axis": .integer(1)])
    }
}
