import NeuralNetwork
import Spectroscopy

/// A batch for one of the paper's networks: its input, and what came out.
final class AxisBatch {
    private let inference: Inference
    private let points = NetworkShape.standard.points
    private let labels: Int
    private var input: [Float]
    private var probabilities: [Float]
    private var shiftsEV: [Float]

    init(_ inference: Inference, labels: Int) {
        self.inference = inference
        self.labels = labels
        input = [Float](repeating: 0, count: inference.maxBatch * points)
        probabilities = [Float](repeating: 0, count: inference.maxBatch * labels)
        shiftsEV = [Float](repeating: 0, count: inference.maxBatch)
    }

    /// Lends a row of the input for writing.
    func fill(
        row: Int, _ body: (inout MutableSpan<Float>) throws(AnalysisError) -> Void
    ) throws(AnalysisError) {
        let range = row * points..<(row + 1) * points
        try input.withUnsafeMutableBufferPointer { input throws(AnalysisError) in
            var target = UnsafeMutableBufferPointer(rebasing: input[range]).mutableSpan
            try body(&target)
        }
    }

    /// What the network finds in the first rows.
    func findings(rows: Int) -> [Finding] {
        var answers = probabilities.mutableSpan
        var shifts = shiftsEV.mutableSpan
        inference.run(spectra: input.span, count: rows, probabilities: &answers, shiftsEV: &shifts)
        return (0..<rows).map { row in
            Finding(
                probabilities: probabilities[row * labels..<(row + 1) * labels].map(Double.init),
                shiftEV: inference.estimatesShift ? Double(shiftsEV[row]) : nil)
        }
    }
}
