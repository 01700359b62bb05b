/// How fast an epoch goes, reported a few times a second.
package struct TrainingPace {
    private let steps: Int
    private let batch: Int
    private let clock = ContinuousClock()
    private let started: ContinuousClock.Instant
    private var reported: ContinuousClock.Instant
    private var step = 0
    private var progress: TrainingProgress

    package init(plan: TrainingPlan, epoch: Int) {
        steps = plan.stepsPerEpoch
        batch = plan.batch
        started = clock.now
        reported = started
        progress = TrainingProgress(
            epoch: epoch + 1, epochs: plan.epochs, spectraSeen: epoch * plan.stepsPerEpoch * plan.batch,
            totalSpectra: plan.totalSpectra, learningRate: 0, loss: 0, spectraPerSecond: 0)
    }

    /// One step is done.
    package mutating func advance(loss: Float, rate: Float, report: (TrainingProgress) -> Void) throws(ModelError) {
        guard loss.isFinite else {
            throw ModelError(
                "the loss is no longer a number in epoch \(progress.epoch), step \(step): train with a lower rate")
        }
        progress.learningRate = rate
        progress.loss = step == 0 ? loss : 0.99 * progress.loss + 0.01 * loss
        progress.spectraSeen += batch
        step += 1
        let now = clock.now
        guard now - reported > .milliseconds(200) else { return }
        reported = now
        progress.spectraPerSecond = Double(step * batch) / ((now - started) / .seconds(1))
        report(progress)
    }

    /// The epoch is done.
    package mutating func finish(_ validation: TrainingValidation, report: (TrainingProgress) -> Void) {
        progress.spectraPerSecond = Double(step * batch) / ((clock.now - started) / .seconds(1))
        progress.epochSeconds = (clock.now - started) / .seconds(1)
        progress.validation = validation
        report(progress)
    }
}
