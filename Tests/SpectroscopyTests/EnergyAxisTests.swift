import Spectroscopy
import Testing

@Suite struct EnergyAxisTests {
    private func problem(_ axis: EnergyAxis) -> SpectroscopyError.Problem? {
        do {
            _ = try RegionSettings(name: "C 1s", axis: axis, photonEnergyEV: 1486.6)
            return nil
        } catch {
            #expect(error.region == "C 1s")
            #expect(error.description.hasPrefix("region \"C 1s\": "))
            return error.problem
        }
    }

    @Test func energiesFollowTheirSteps() {
        let down = EnergyAxis.uniform(startEV: 290, stepEV: -0.05, count: 101)
        #expect(down.count == 101)
        #expect(abs(down.energyEV(at: 100) - 285) < 1e-9)
        #expect(down.meanStepEV == 0.05)
        let explicit = EnergyAxis.explicit(energiesEV: [280, 280.5, 282])
        #expect(explicit.energyEV(at: 1) == 280.5)
        #expect(explicit.meanStepEV == 1)
    }

    @Test func uniformAxesAreChecked() {
        #expect(problem(.uniform(startEV: 280, stepEV: 0.1, count: 1)) == nil)
        #expect(problem(.uniform(startEV: 280, stepEV: 0.1, count: 0)) == .empty)
        #expect(problem(.uniform(startEV: 280, stepEV: 0.1, count: -7)) == .empty)
        #expect(
            problem(.uniform(startEV: 280, stepEV: 0.1, count: .max))
                == .tooManyPoints(count: .max, limit: EnergyAxis.maximumCount))
        #expect(problem(.uniform(startEV: .nan, stepEV: 0.1, count: 9)) == .axisNotFinite(index: 0))
        #expect(problem(.uniform(startEV: 280, stepEV: .infinity, count: 9)) == .axisNotFinite(index: 1))
        #expect(problem(.uniform(startEV: 1e300, stepEV: 0.1, count: 9)) == .axisNotFinite(index: 0))
        #expect(problem(.uniform(startEV: 280, stepEV: 0, count: 9)) == .stepTooSmall(stepEV: 0, index: 1))
    }

    @Test func explicitAxesAreChecked() {
        #expect(problem(.explicit(energiesEV: [3, 2, 1])) == nil)
        #expect(problem(.explicit(energiesEV: [])) == .empty)
        #expect(problem(.explicit(energiesEV: [280])) == .singlePoint)
        #expect(problem(.explicit(energiesEV: [280, 281, .nan])) == .axisNotFinite(index: 2))
        #expect(problem(.explicit(energiesEV: [280, 281, 281])) == .axisNotMonotonic(index: 2))
        #expect(problem(.explicit(energiesEV: [280, 281, 280.5])) == .axisNotMonotonic(index: 2))
        #expect(problem(.explicit(energiesEV: [280, 280])) == .axisNotMonotonic(index: 1))
    }
}
