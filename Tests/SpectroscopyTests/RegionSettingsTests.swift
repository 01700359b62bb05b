import Spectroscopy
import Testing

@Suite struct RegionSettingsTests {
    private let axis = EnergyAxis.uniform(startEV: 280, stepEV: 0.1, count: 3)

    private func problem(_ make: () throws(SpectroscopyError) -> RegionSettings) -> SpectroscopyError.Problem? {
        do {
            _ = try make()
            return nil
        } catch {
            return error.problem
        }
    }

    @Test func kineticEnergiesBecomeBindingEnergies() throws {
        let settings = try RegionSettings(
            name: "C 1s", axis: .uniform(.kinetic, startEV: 1190, stepEV: 0.1, count: 101), photonEnergyEV: 1486.6,
            workFunctionEV: 4.5)
        #expect(abs(settings.bindingEnergyEV(at: 0) - 292.1) < 1e-9)
        #expect(abs(settings.bindingEnergyEV(at: 100) - 282.1) < 1e-9)
        #expect(abs(settings.bindingRangeEV.lowerBound - 282.1) < 1e-9)
        let referenced = try RegionSettings(
            name: "C 1s", axis: .uniform(.kinetic, startEV: 1190, stepEV: 0.1, count: 101), photonEnergyEV: 1486.6)
        #expect(abs(referenced.bindingEnergyEV(at: 0) - 296.6) < 1e-9)
    }

    @Test func kineticEnergiesNeedAPhotonEnergy() {
        let problem = problem { () throws(SpectroscopyError) in
            try RegionSettings(name: "x", axis: .uniform(.kinetic, startEV: 1190, stepEV: 0.1, count: 101))
        }
        #expect(problem == .kineticWithoutPhotonEnergy)
    }

    @Test func impossibleSettingsAreNamed() {
        let problems = [
            problem { () throws(SpectroscopyError) in
                try RegionSettings(name: "x", axis: axis, photonEnergyEV: .infinity)
            },
            problem { () throws(SpectroscopyError) in try RegionSettings(name: "x", axis: axis, photonEnergyEV: 0) },
            problem { () throws(SpectroscopyError) in try RegionSettings(name: "x", axis: axis, workFunctionEV: .nan) },
            problem { () throws(SpectroscopyError) in try RegionSettings(name: "x", axis: axis, dwellS: -1) },
            problem { () throws(SpectroscopyError) in try RegionSettings(name: "x", axis: axis, sweeps: 0) },
            problem { () throws(SpectroscopyError) in try RegionSettings(name: "x", axis: axis, passEnergyEV: -5) },
        ]
        for problem in problems {
            guard case .setting = problem else {
                Issue.record("\(String(describing: problem))")
                continue
            }
        }
    }

    @Test func transmissionIsCheckedPointByPoint() {
        let short = problem { () throws(SpectroscopyError) in
            try RegionSettings(name: "x", axis: axis, transmission: [1, 1])
        }
        #expect(short == .transmissionCountMismatch(axis: 3, transmission: 2))
        let zero = problem { () throws(SpectroscopyError) in
            try RegionSettings(name: "x", axis: axis, transmission: [1, 0, 1])
        }
        #expect(zero == .transmissionNotPositive(index: 1))
    }

    @Test func exposureIsDwellTimesSweeps() throws {
        #expect(try RegionSettings(name: "x", axis: axis, dwellS: 0.2, sweeps: 5).exposureS == 1)
        #expect(try RegionSettings(name: "x", axis: axis, dwellS: 0.2).exposureS == 0.2)
        #expect(try RegionSettings(name: "x", axis: axis, sweeps: 5).exposureS == nil)
        #expect(try RegionSettings(name: "x", axis: axis, dwellS: 0).exposureS == nil)
    }

    @Test func regionsNameTheIntensityThatIsNone() throws {
        let settings = try RegionSettings(name: "O 1s", axis: axis)
        #expect(throws: SpectroscopyError(region: "O 1s", problem: .intensityNotFinite(index: 1))) {
            try Region(settings: settings, intensities: [1, .nan, 3])
        }
        #expect(throws: SpectroscopyError(region: "O 1s", problem: .countMismatch(axis: 3, intensities: 2))) {
            try Region(settings: settings, intensities: [1, 3])
        }
        #expect(throws: SpectroscopyError(region: nil, problem: .noRegions)) { try Spectrum(regions: []) }
    }
}
