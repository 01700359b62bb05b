import NeuralNetwork

/// The optimizer's side of a training: every parameter with its moments, moved together.
final class Optimization {
    let parameters: [Parameter]
    let moments: [AdamW.Moments]
    var optimizer = AdamW()

    init(_ parameters: [Parameter]) {
        self.parameters = parameters
        for parameter in parameters { parameter.prepareForTraining() }
        moments = parameters.map { AdamW.Moments(count: $0.value.count) }
    }

    /// One step by the gradients as they stand, their common norm clipped.
    func step(rate: Float, clipNorm: Double) {
        let norm = parameters.reduce(0.0) { $0 + $1.squaredGradientNorm }.squareRoot()
        let scale = Float(min(1, clipNorm / (norm + 1e-6)))
        optimizer.begin()
        for (parameter, moments) in zip(parameters, moments) {
            optimizer.update(parameter, moments, learningRate: rate, gradientScale: scale)
        }
    }
}
