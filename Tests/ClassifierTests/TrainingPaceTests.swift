import Classifier
import Testing

@Suite struct TrainingPaceTests {
    func plan() -> TrainingPlan {
        var plan = TrainingPlan(architecture: .regionSTN, spectraPerEpoch: 640, epochs: 4)
        plan.batch = 128
        plan.warmUpSpectra = 256
        return plan
    }

    /// One cycle goes on from epoch to epoch: up over the warm-up, then down to almost nothing.
    @Test func oneCycleOverTheWholePlan() {
        let plan = plan()
        let rates = (0..<plan.epochs).flatMap { epoch in
            (0..<plan.stepsPerEpoch).map { plan.oneCycleRates(epoch: epoch)($0) }
        }
        let top = rates.firstIndex(of: rates.max() ?? 0) ?? 0
        #expect(abs((rates.max() ?? 0) / plan.peakRate - 1) < 0.05 && (2...5).contains(top))
        #expect(zip(rates[..<top], rates[1...top]).allSatisfy(<))
        #expect(zip(rates[top...].dropLast(), rates[(top + 1)...]).allSatisfy(>=))
        #expect(rates[rates.count - 1] < 0.02 * plan.peakRate)
    }

    /// A loss that is no number ends the training where it happened.
    @Test func refusesALossThatIsNoNumber() throws {
        var pace = TrainingPace(plan: plan(), epoch: 2)
        try pace.advance(loss: 1, rate: 1e-3) { _ in }
        #expect {
            try pace.advance(loss: .nan, rate: 1e-3) { _ in }
        } throws: {
            "\($0)".contains("epoch 3") && "\($0)".contains("lower rate")
        }
    }

    @Test func reportsTheEpochsEnd() throws {
        var pace = TrainingPace(plan: plan(), epoch: 1)
        for _ in 0..<plan().stepsPerEpoch { try pace.advance(loss: 2, rate: 1e-3) { _ in } }
        let validation = TrainingValidation(loss: 0.5, subsetAccuracy: 0.25, shiftOriginEV: nil, shiftErrorEV: nil)
        var reports: [TrainingProgress] = []
        pace.finish(validation) { reports.append($0) }
        let last = try #require(reports.last)
        #expect(last.spectraSeen == 1280 && last.totalSpectra == 2560 && last.epoch == 2 && last.epochs == 4)
        #expect(last.loss == 2 && last.validation == validation && last.epochSeconds != nil)
    }
}
