import Classifier
import Foundation
import NeuralNetwork
import Testing

/// Outputs and gradients of the three networks at full size against PyTorch in double precision.
///
/// `Fixtures/make_networks.py` made the numbers; weights, spectra and labels are drawn here as they are there.
@Suite struct NetworkGoldenTests {
    struct Golden: Decodable {
        let trainingLogits: Sample
        let inferenceLogits: Sample
        let translations: [Double]?
        let gradients: [String: Sample]
        let gradientNorms: [Double]
        let losses: [Double]

        enum CodingKeys: String, CodingKey {
            case translations, gradients, losses
            case trainingLogits = "training_logits"
            case inferenceLogits = "inference_logits"
            case gradientNorms = "gradient_norms"
        }
    }

    /// Every `step`th number of an array, and the array's norm.
    struct Sample: Decodable {
        let step: Int
        let norm: Double
        let values: [Double]
    }

    static let batch = 8
    static let tolerance = 1e-4

    static func golden() throws -> [String: Golden] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
        let data = try Data(contentsOf: folder.appendingPathComponent("networks.json"))
        return try JSONDecoder().decode([String: Golden].self, from: data)
    }

    /// `count` numbers in [-1, 1) from an integer hash, as `noise` in the script.
    static func noise(_ count: Int, seed: Int) -> [Double] {
        (0..<count).map { index in
            var x = UInt32(truncatingIfNeeded: index) &* 2_654_435_761 &+ UInt32(truncatingIfNeeded: seed * 40503)
            x ^= x >> 15
            x = x &* 2_246_822_519
            x ^= x >> 13
            x = x &* 3_266_489_917
            x ^= x >> 16
            return Double(x >> 8) / 8_388_608 - 1
        }
    }

    static func fill(_ network: any Network) {
        for (index, parameter) in network.parameters.enumerated() {
            let scale = 1 / Double(parameter.shape.last ?? 1).squareRoot()
            let isGain = parameter.name.contains(".norm") && parameter.name.hasSuffix("weight")
            let isLast = parameter.name.hasPrefix("localisation.linear3")
            parameter.value.copy(
                noise(parameter.value.count, seed: index + 1).map { number in
                    let value = number * scale
                    return Float(isGain ? 1 + 0.1 * value : isLast ? value * 0.02 : value)
                })
        }
    }

    /// Expects the sampled numbers within the tolerance of the largest of them.
    static func expect(_ actual: [Float], _ expected: Sample, floor: Double = 0, _ what: Comment) {
        let scale = max(expected.values.map { abs($0) }.max() ?? 0, floor)
        let sampled = stride(from: 0, to: actual.count, by: expected.step).prefix(expected.values.count)
        let distance = zip(sampled, expected.values).map { abs(Double(actual[$0]) - $1) }.max() ?? .infinity
        #expect(distance <= tolerance * scale, what)
        let norm = actual.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        #expect(abs(norm - expected.norm) <= tolerance * max(expected.norm, floor), what)
    }

    @Test(arguments: Architecture.paper) func agreesWithPyTorch(architecture: Architecture) throws {
        let golden = try #require(try Self.golden()[architecture.rawValue])
        let (points, labels) = (NetworkShape.standard.points, NetworkShape.standard.labels)
        let shape = NetworkShape(points: points, labels: labels, dropout: 0)
        let network = architecture.makeNetwork(maxBatch: Self.batch, shape: shape, seed: 1)
        Self.fill(network)
        network.input.copy(Self.noise(Self.batch * points, seed: 101).map { Float(0.1 * abs($0)) })
        let targets = Buffer(Self.noise(Self.batch * labels, seed: 102).map { $0 > 0.4 ? Float(1) : 0 })
        let dLogits = Buffer(count: targets.count)
        var random = RandomGenerator(seed: 1)
        var optimizer = AdamW()
        network.parameters.forEach { $0.prepareForTraining() }
        let moments = network.parameters.map { AdamW.Moments(count: $0.value.count) }

        for step in 0..<golden.losses.count {
            network.forwardTraining(batch: Self.batch, random: &random)
            if step == 0 { Self.expect(network.logits.array, golden.trainingLogits, "logits in training") }
            let loss = BinaryCrossEntropy.loss(
                network.logits, targets: targets, gradient: dLogits, count: targets.count)
            #expect(abs(Double(loss) - golden.losses[step]) <= Self.tolerance * golden.losses[step], "loss \(step)")
            network.backward(dLogits, batch: Self.batch)
            if step == 0 {
                for parameter in network.parameters {
                    let expected = try #require(golden.gradients[parameter.name])
                    // A bias before a batch norm has no gradient but rounding; its scale is that of its neighbours.
                    Self.expect(parameter.gradient.array, expected, floor: 1e-2, "gradient of \(parameter.name)")
                }
                if let translations = golden.translations {
                    let actual = try #require(network.translations)
                    for (row, t) in translations.enumerated() {
                        #expect(abs(Double(actual[row]) - t) <= Self.tolerance * abs(t), "translation \(row)")
                    }
                }
                network.forward(batch: Self.batch)
                Self.expect(network.logits.array, golden.inferenceLogits, "logits in use")
            }
            let norm = network.parameters.reduce(0.0) { $0 + $1.squaredGradientNorm }.squareRoot()
            let expectedNorm = golden.gradientNorms[step]
            // Adam's first steps have the rate's size however small a gradient is, so from the third step on rounding in
            // gradients near zero shows in the gradients, while the loss still agrees.
            if step < 2 {
                #expect(abs(norm - expectedNorm) <= Self.tolerance * expectedNorm, "gradient norm of step \(step)")
            }
            optimizer.begin()
            for (parameter, moments) in zip(network.parameters, moments) {
                optimizer.update(
                    parameter, moments, learningRate: 1e-3, gradientScale: Float(min(1, 0.05 / (norm + 1e-6))))
            }
        }
    }
}
