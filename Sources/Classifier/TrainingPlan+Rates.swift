import NeuralNetwork

extension TrainingPlan {
    /// The rates of an epoch's steps on one cycle over the whole plan.
    package func oneCycleRates(epoch: Int) -> (Int) -> Float {
        let warmUp = min(0.3, Float(warmUpSpectra) / Float(totalSpectra))
        let cycle = OneCycleSchedule(peak: peakRate, steps: stepsPerEpoch * epochs, warmUp: warmUp)
        let done = epoch * stepsPerEpoch
        return { cycle.rate(at: done + $0) }
    }
}
