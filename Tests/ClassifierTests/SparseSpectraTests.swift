import Classifier
import NeuralNetwork
import Testing

/// Spectra are zero outside a few windows, and what is zero throughout a batch is not computed.
@Suite struct SparseSpectraTests {
    /// A spectrum's answer does not depend on whether another one in its batch makes every column count.
    @Test(arguments: Architecture.paper) func answersAsBesideADenseSpectrum(architecture: Architecture) {
        let (points, labels) = (NetworkShape.standard.points, NetworkShape.standard.labels)
        let network = architecture.makeNetwork(maxBatch: 4, seed: 3)
        NetworkGoldenTests.fill(network)
        let values = NetworkGoldenTests.noise(4 * points, seed: 9).map { Float(abs($0)) }
        let windows = [2420..<2600, 4880..<4990]
        let sparse = values.indices.map { index in
            windows.contains { $0.contains(index % points) } ? values[index] : 0
        }
        network.input.copy(sparse)
        network.forward(batch: 4)
        let alone = network.logits.array
        network.input.copy(Array(sparse[..<(3 * points)] + values[(3 * points)...]))
        network.forward(batch: 4)
        for index in 0..<3 * labels {
            #expect(abs(network.logits[index] - alone[index]) < 1e-4 * max(1, abs(alone[index])))
        }
    }

    /// The same for the gradients: a batch with all columns, against one that leaves most of them out.
    @Test(arguments: Architecture.paper) func learnsAsFromDenseSpectra(architecture: Architecture) throws {
        let (points, labels) = (NetworkShape.standard.points, NetworkShape.standard.labels)
        let shape = NetworkShape(points: points, labels: labels, dropout: 0)
        let targets = Buffer(NetworkGoldenTests.noise(4 * labels, seed: 11).map { $0 > 0.4 ? Float(1) : 0 })
        let values = NetworkGoldenTests.noise(4 * points, seed: 10).map { Float(abs($0)) }
        // So small a number elsewhere counts as active and changes nothing else.
        func gradients(elsewhere: Float) -> [[Float]] {
            let network = architecture.makeNetwork(maxBatch: 4, shape: shape, seed: 3)
            NetworkGoldenTests.fill(network)
            network.parameters.forEach { $0.prepareForTraining() }
            network.input.copy(
                values.indices.map { (2400..<2700).contains($0 % points) ? values[$0] : elsewhere })
            var random = RandomGenerator(seed: 1)
            network.forwardTraining(batch: 4, random: &random)
            let dLogits = Buffer(count: 4 * labels)
            _ = BinaryCrossEntropy.loss(
                network.logits, targets: targets, gradient: dLogits, count: dLogits.count)
            network.backward(dLogits, batch: 4)
            return network.parameters.map { $0.gradient.array }
        }
        for (sparse, dense) in zip(gradients(elsewhere: 0), gradients(elsewhere: 1e-12)) {
            let scale = max(dense.map { abs($0) }.max() ?? 0, 1e-3)
            let distance = zip(sparse, dense).map { abs($0 - $1) }.max() ?? 0
            #expect(distance <= 1e-3 * scale)
        }
    }
}
