import NeuralNetwork

/// The networks on core-level windows in ONNX's operators.
///
/// Which shifts fit is a search over a distribution, which is left to the user of the file: a first run gives
/// `shift_probabilities`, whose modes are then given back as `alignment_eV`, one row for each mode of each spectrum;
/// `residual_probabilities` say how far that was off, for a second alignment. `RegionInference` is how this program does
/// it.
extension ONNXExport {
    private struct Reading {
        let values: ONNXGraph.Value
        let mask: ONNXGraph.Value
        let noise: ONNXGraph.Value
        let alignmentEV: ONNXGraph.Value
    }

    /// `RegionSTN`: the localiser's distribution, and what the reader makes of the given alignment.
    mutating func buildRegionSTN() throws(ModelError) {
        let reading = reading()
        try localise(reading)
        let layout = CoreLevelWindow.layout
        let cells = cells(reading.alignmentEV)
        let recorded = recordedShares(reading.mask, shift: cells, layout: layout)
        let pairs = pairSample(reading.values, shift: cells, layout: layout)
        let noise = told(reading.noise, where: graph.node("MatMul", [recorded, sums(layout)]))
        let compressed = compress(pairs, noise: noise, layout: layout)
        var x = graph.node("Concat", [pairs, recorded, noise, compressed], ["axis": .integer(1)])
        for number in 1...3 { x = try hidden(x, "reader.linear\(number)", norm: "reader.norm\(number)") }
        let reconstruction = try linear(x, "reader.decoder")
        let left = compress(graph.node("Sub", [pairs, reconstruction]), noise: noise, layout: layout)
        var second = graph.node("Concat", [left, recorded, noise, x], ["axis": .integer(1)])
        for number in 1...2 {
            second = try hidden(second, "second.linear\(number)", norm: "second.norm\(number)")
        }
        let polymers = graph.node("Sigmoid", [try linear(second, "second.polymers")])
        let groups = graph.node("Add", [try linear(x, "reader.groups"), try linear(second, "second.groups")])
        answer(graph.node("Add", [groups, try linear(polymers, "second.chemistry")]))
        let shift = graph.node("Add", [try linear(x, "reader.residual"), try linear(second, "second.shift")])
        output(
            graph.node("Softmax", [shift], ["axis": .integer(1)]),
            as: "residual_probabilities", [AlignedReader.residualBins],
            meaning: "what is left of the shift: bins of \(AlignedReader.residualBinEV) eV, the middle one is none")
        output(
            graph.node("Add", [try linear(x, "reader.amounts"), try linear(second, "second.amounts")]),
            as: "amounts", [2],
            meaning: "spread of the constituents' shifts in eV, share of adventitious carbon")
        output(
            try linear(second, "second.chain"), as: "combination_scores",
            [GroupChain.scores(ofGroups: model.labels.count)],
            meaning: "of each group its couplings to the groups before it, then its own score: a classifier chain")
        output(x, as: "features", [AlignedReader.featureWidth], meaning: "the last layer of the reader's first reading")
        output(
            reconstruction, as: "reconstruction", [layout.alignedCount / 2],
            meaning: "the aligned spectrum without noise, pairs of cells")
    }

    /// `UnmixingSTN`: the same localiser, and the groups under the given alignment, rounded to whole cells.
    mutating func buildUnmixingSTN() throws(ModelError) {
        let reading = reading()
        try localise(reading)
        let layout = CoreLevelWindow.layout
        let shift = graph.node("Round", [cells(reading.alignmentEV)])
        var x = sample(reading.values, shift: shift, layout: layout)
        x = graph.node("LeakyRelu", [try linear(x, "reader.unmixing")], ["alpha": .float(0.01)])
        for number in 1...2 { x = try hidden(x, "reader.linear\(number)", norm: "reader.norm\(number)") }
        answer(try linear(x, "reader.groups"))
    }

    private mutating func reading() -> Reading {
        let cells = CoreLevelWindow.layout.movingCount
        return Reading(
            values: input(
                "values", [cells],
                meaning:
                    "intensities in cells of \(CoreLevelWindow.cellEV) eV, window by window, by \(model.preprocessing)"
            ),
            mask: input("mask", [cells], meaning: "1 where a cell was recorded, else 0"),
            noise: input("noise", [CoreLevelWindow.all.count], meaning: "log10 of the noise of 1 eV in each window"),
            alignmentEV: input("alignment_eV", [], meaning: "the shift that is undone before the groups are read"))
    }

    /// The distribution over shifts: see `ShiftLocaliser`.
    private mutating func localise(_ reading: Reading) throws(ModelError) {
        guard let first = model.weights[Self.templates(ofWindow: 0)]?.shape.last, first > 0 else {
            throw ModelError("the weights “\(Self.templates(ofWindow: 0))” are missing")
        }
        // A template is as long as its window, in the localiser's own cells.
        let pooling = CoreLevelWindow.layout.lengths[0] / first
        let layout = CoreLevelWindow.layout.pooled(pooling)
        let bins = 2 * layout.padding + 1
        let values = average(reading.values, pooling: pooling, count: layout.movingCount)
        let mask = average(reading.mask, pooling: pooling, count: layout.movingCount)
        let channel = integers([1], shape: [1])
        var seen: [ONNXGraph.Value] = []
        var recorded: [ONNXGraph.Value] = []
        for (index, length) in layout.lengths.enumerated() {
            let (start, end) = (layout.movingStarts[index], layout.movingStarts[index] + length + bins - 1)
            func strip(_ row: ONNXGraph.Value) -> ONNXGraph.Value {
                let bounds = [[start], [end], [1]].map { integers($0, shape: [1]) }
                return graph.node("Unsqueeze", [graph.node("Slice", [row] + bounds), channel])
            }
            let name = Self.templates(ofWindow: index)
            let templates = model.weights[name]?.shape.first ?? 0
            seen.append(graph.node("Conv", [strip(values), try weights(name, shape: [templates, 1, length])]))
            recorded.append(graph.node("AveragePool", [strip(mask)], ["kernel_shape": .integers([length])]))
        }
        let shares = graph.node("Concat", recorded, ["axis": .integer(1)])
        let noise = told(graph.node("Unsqueeze", [reading.noise, integers([2], shape: [1])]), where: shares)
        var x = graph.node("Concat", seen + [shares, noise], ["axis": .integer(1)])
        x = graph.node("LeakyRelu", [try batchNorm(x, "localiser.norm1")], ["alpha": .float(0.01)])
        x = try batchNorm(try pointwise(x, "localiser.linear1"), "localiser.norm2")
        x = try pointwise(graph.node("LeakyRelu", [x], ["alpha": .float(0.01)]), "localiser.linear2")
        output(
            graph.node("Softmax", [graph.node("Squeeze", [x, channel])], ["axis": .integer(1)]),
            as: "shift_probabilities", [bins],
            meaning: "bins of \(CoreLevelWindow.cellEV * Double(pooling)) eV, the middle one is no shift")
    }

    /// The noise of windows of which something was recorded, else the level of nothing.
    private mutating func told(_ noise: ONNXGraph.Value, where shares: ONNXGraph.Value) -> ONNXGraph.Value {
        let isRecorded = graph.node("Greater", [shares, number(0)])
        return graph.node("Where", [isRecorded, noise, number(RegionReading.noiseRange.upperBound)])
    }

    /// What sums the shares of every aligned eV over each window [aligned eV, windows].
    private mutating func sums(_ layout: StripLayout) -> ONNXGraph.Value {
        let windows = layout.lengths.count
        let rows = layout.lengths.enumerated().flatMap { window, length in
            [[Float]](
                repeating: (0..<windows).map { $0 == window ? 1 : 0 }, count: length / CoreLevelWindow.cellsPerEV)
        }
        return graph.constant("windows", shape: [rows.count, windows], rows.flatMap { $0 })
    }

    private static func templates(ofWindow index: Int) -> String { "localiser.templates\(index).weight" }

    /// A dense layer at every shift: [N, inputs, bins] to [N, outputs, bins].
    private mutating func pointwise(_ x: ONNXGraph.Value, _ name: String) throws(ModelError) -> ONNXGraph.Value {
        let shape = (model.weights[name + ".weight"]?.shape ?? []) + [1]
        return graph.node("Conv", [x, try weights(name + ".weight", shape: shape), try weights(name + ".bias")])
    }

    private mutating func hidden(
        _ x: ONNXGraph.Value, _ name: String, norm: String
    ) throws(ModelError) -> ONNXGraph.Value {
        graph.node("LeakyRelu", [try batchNorm(try linear(x, name), norm)], ["alpha": .float(0.01)])
    }

    /// Means over `pooling` neighbours.
    private mutating func average(_ x: ONNXGraph.Value, pooling: Int, count: Int) -> ONNXGraph.Value {
        let groups = graph.node("Reshape", [x, integers([-1, count, pooling], shape: [3])])
        return graph.node("ReduceMean", [groups], ["axes": .integers([2]), "keepdims": .integer(0)])
    }

    /// A shift in cells [N, 1].
    private mutating func cells(_ shiftEV: ONNXGraph.Value) -> ONNXGraph.Value {
        let cells = graph.node("Div", [shiftEV, number(Float(CoreLevelWindow.cellEV))])
        return graph.node("Unsqueeze", [cells, integers([1], shape: [1])])
    }

    /// A shift held within the room that strips have.
    private mutating func bounded(_ shift: ONNXGraph.Value, layout: StripLayout) -> ONNXGraph.Value {
        let reach = StripSampler(layout: layout, pooling: 1).largestShift
        return graph.node("Clip", [shift, number(-reach), number(reach - 0.001)])
    }

    /// Where the aligned cells lie in a moving row at shift zero, strip by strip, the first of each `every`.
    private static func alignedCells(_ layout: StripLayout, every: Int) -> [Int] {
        layout.lengths.indices.flatMap { strip in
            let first = layout.movingStarts[strip] + layout.padding
            return stride(from: first, to: first + layout.lengths[strip] / every * every, by: every)
        }
    }

    /// x at those cells of every row, moved by whole cells.
    private mutating func gather(_ x: ONNXGraph.Value, _ cells: [Int], shift: ONNXGraph.Value) -> ONNXGraph.Value {
        let offset = graph.node("Cast", [shift], ["to": .integer(7)])
        let indices = graph.node("Add", [offset, integers(cells, shape: [1, cells.count])])
        return graph.node("GatherElements", [x, indices], ["axis": .integer(1)])
    }

    /// Aligned cells: (1 − f) x(i) + f x(i + 1), see `StripSampler`.
    private mutating func sample(
        _ x: ONNXGraph.Value, shift: ONNXGraph.Value, layout: StripLayout
    ) -> ONNXGraph.Value {
        let held = bounded(shift, layout: layout)
        let whole = graph.node("Floor", [held])
        let fraction = graph.node("Sub", [held, whole])
        let cells = Self.alignedCells(layout, every: 1)
        let rest = graph.node("Sub", [number(1), fraction])
        let first = graph.node("Mul", [gather(x, cells, shift: whole), rest])
        let second = graph.node("Mul", [gather(x, cells.map { $0 + 1 }, shift: whole), fraction])
        return graph.node("Add", [first, second])
    }

    /// Pairs of aligned cells: (1 − f)/2 x(i) + 1/2 x(i + 1) + f/2 x(i + 2), see `StripSampler`.
    private mutating func pairSample(
        _ x: ONNXGraph.Value, shift: ONNXGraph.Value, layout: StripLayout
    ) -> ONNXGraph.Value {
        let held = bounded(shift, layout: layout)
        let whole = graph.node("Floor", [held])
        let fraction = graph.node("Sub", [held, whole])
        let cells = Self.alignedCells(layout, every: 2)
        let outer = multiply(graph.node("Sub", [number(1), fraction]), by: 0.5)
        let inner = multiply(fraction, by: 0.5)
        let first = graph.node("Mul", [gather(x, cells, shift: whole), outer])
        let second = multiply(gather(x, cells.map { $0 + 1 }, shift: whole), by: 0.5)
        let third = graph.node("Mul", [gather(x, cells.map { $0 + 2 }, shift: whole), inner])
        return graph.node("Add", [graph.node("Add", [first, second]), third])
    }

    /// Pairs compressed to the scale of their window's noise, see `AlignedReader`.
    private mutating func compress(
        _ pairs: ONNXGraph.Value, noise: ONNXGraph.Value, layout: StripLayout
    ) -> ONNXGraph.Value {
        let window = layout.lengths.enumerated().flatMap { Array(repeating: $0, count: $1 / 2) }
        let told = graph.node("Pow", [number(10), noise])
        let scale = graph.node(
            "Max", [multiply(told, by: AlignedReader.scale(noise: 1)), number(AlignedReader.scale(noise: 0))])
        let scales = graph.node("Gather", [scale, integers(window, shape: [window.count])], ["axis": .integer(1)])
        return multiply(graph.node("Asinh", [graph.node("Div", [pairs, scales])]), by: AlignedReader.compression.gain)
    }

    /// How much of every aligned eV was recorded, at the nearest whole cell.
    private mutating func recordedShares(
        _ mask: ONNXGraph.Value, shift: ONNXGraph.Value, layout: StripLayout
    ) -> ONNXGraph.Value {
        let width = CoreLevelWindow.cellsPerEV
        let nearest = graph.node("Floor", [bounded(graph.node("Add", [shift, number(0.5)]), layout: layout)])
        let cells = Self.alignedCells(layout, every: width).flatMap { $0..<$0 + width }
        return average(gather(mask, cells, shift: nearest), pooling: width, count: cells.count / width)
    }
}
