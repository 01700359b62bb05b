import Foundation
import NeuralNetwork
import Testing

@Suite struct DenseLayerTests {
    static let (batch, inputs, outputs) = (5, 7, 4)

    func layer() -> DenseLayer {
        var random = RandomGenerator(seed: 41)
        return DenseLayer(
            linear: "a", norm: "b", inputs: Self.inputs, outputs: Self.outputs, maxBatch: Self.batch, random: &random)
    }

    @Test("weights and statistics keep the names of the two layers that they belong to")
    func names() {
        let layer = layer()
        #expect(layer.parameters.map(\.name) == ["a.weight", "a.bias", "b.weight", "b.bias"])
        #expect(layer.statistics.map(\.name) == ["b.running_mean", "b.running_var"])
        #expect(layer.multiplyAdds == 28)
    }

    @Test("in use it is a product, the running statistics and a leaky ReLU, in double precision")
    func forward() {
        let layer = layer()
        let x = numbers(Self.batch * Self.inputs, seed: 42)
        layer.statistics[0].values.copy([0.1, -0.2, 0.3, 0])
        layer.statistics[1].values.copy([0.5, 2, 1, 0.25])
        layer.forward(Buffer(x), batch: Self.batch, isTraining: false)
        let (w, b) = (layer.parameters[0].value.array, layer.parameters[1].value.array)
        let (mean, variance) = (layer.statistics[0].values.array, layer.statistics[1].values.array)
        var expected: [Double] = []
        for row in 0..<Self.batch {
            for o in 0..<Self.outputs {
                var z = Double(b[o])
                for i in 0..<Self.inputs { z += Double(w[o * Self.inputs + i]) * x[row * Self.inputs + i] }
                let y = (z - Double(mean[o])) / (Double(variance[o]) + 1e-5).squareRoot()
                expected.append(y > 0 ? y : 0.01 * y)
            }
        }
        expectEqual(layer.output, expected, tolerance: 1e-5, "output")
    }

    @Test("its gradients are those of finite differences")
    func gradients() {
        let layer = layer()
        for parameter in layer.parameters { parameter.prepareForTraining() }
        let x = Buffer(numbers(Self.batch * Self.inputs, seed: 43))
        let weights = numbers(Self.batch * Self.outputs, seed: 44)
        func loss() -> Double {
            layer.forward(x, batch: Self.batch, isTraining: true)
            return zip(layer.output.array, weights).reduce(0) { $0 + Double($1.0) * $1.1 }
        }
        _ = loss()
        layer.gradient.copy(weights.map(Float.init))
        let dx = Buffer(count: x.count)
        layer.backward(x, into: dx, batch: Self.batch)
        let checks = [(layer.parameters[0].value, layer.parameters[0].gradient), (x, dx)]
        for (values, gradient) in checks {
            for index in stride(from: 0, to: values.count, by: 3) {
                let old = values[index]
                values[index] = old + 1e-2
                let above = loss()
                values[index] = old - 1e-2
                let below = loss()
                values[index] = old
                #expect(abs((above - below) / 2e-2 - Double(gradient[index])) < 2e-2)
            }
        }
    }
}
