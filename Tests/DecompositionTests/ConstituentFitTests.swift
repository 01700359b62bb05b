import Decomposition
import Spectroscopy
import Synthesis
import Testing

@Suite("Constituent fit")
struct ConstituentFitTests {
    private let library: PolymerLibrary
    private let carbonAndOxygen: [ClosedRange<Double>] = [278...300, 525...545]

    init() throws {
        library = try DecomposedSpectrum.library()
    }

    private func search(gainSpread: Double = 0, maxShiftEV: Double = 5) -> ShiftSearch {
        var options = ShiftSearch.Options.benchmark(maxShiftEV: maxShiftEV)
        options.hasBackground = true
        options.gainSpread = gainSpread
        return ShiftSearch(library: library, options: options)
    }

    @Test("amounts, background and curve of a spectrum without noise come back")
    func exact() throws {
        let spectrum = try DecomposedSpectrum.counts(
            ["PMMA": 0.7, "PS": 0.3], library: library, windowsEV: carbonAndOxygen, shiftEV: 1.2, peakCounts: 1e5)
        let observation = Observation(spectrum, errors: .init(relative: 0, smoothingCells: 3))
        let fit = search().fit(observation, atShiftEV: 1.2)
        let pmma = try #require(DecomposedSpectrum.place(of: "PMMA", in: library))
        let ps = try #require(DecomposedSpectrum.place(of: "PS", in: library))
        #expect(abs(fit.shares[pmma] - 0.7) < 0.01)
        #expect(abs(fit.shares[ps] - 0.3) < 0.01)
        #expect(fit.reducedChiSquare < 0.01)
        #expect(fit.reducedChiSquares.count == 2)
        #expect(fit.residual.allSatisfy { abs($0) < 100 })
        #expect(fit.background.allSatisfy { abs($0 - 5000) < 100 })
        #expect(abs(fit.shiftEV - 1.2) < 1e-9)
    }

    @Test("chi-square of counts is about one where the model is true", arguments: [UInt64(1), 2, 3])
    func chiSquare(seed: UInt64) throws {
        let spectrum = try DecomposedSpectrum.counts(
            ["PET": 0.5, "N6": 0.5], library: library, windowsEV: carbonAndOxygen, shiftEV: -0.6, peakCounts: 2000,
            seed: seed)
        let observation = Observation(spectrum, errors: .init(relative: 0, smoothingCells: 6))
        let fit = search().fit(observation, atShiftEV: -0.6)
        #expect(abs(fit.reducedChiSquare - 1) < 0.25)
    }

    @Test("regions are brought to one scale by what all of them tell, errors and all")
    func rates() throws {
        func region(_ name: String, startEV: Double, stepEV: Double, counts: Float, sweeps: Int) throws -> Region {
            let axis = EnergyAxis.uniform(startEV: startEV, stepEV: stepEV, count: 101)
            return try Region(
                settings: RegionSettings(name: name, axis: axis, ordinate: .counts, sweeps: sweeps),
                intensities: [Float](repeating: counts, count: axis.count))
        }
        // As many counts in a sweep at a point of either.
        let spectrum = try Spectrum(regions: [
            region("C 1s", startEV: 280, stepEV: 0.1, counts: 100, sweeps: 1),
            region("N 1s", startEV: 395, stepEV: 0.2, counts: 2000, sweeps: 20),
        ])
        let settings = spectrum.regions.map(\.settings)
        let observation = Observation(Regridder.regrid(spectrum), settings: settings)
        let middles = observation.runs.map { ($0.positions.lowerBound + $0.positions.upperBound) / 2 }
        #expect(middles.allSatisfy { abs(observation.values[$0] - 100) < 0.01 })
        let sigmas = middles.map { observation.sigmas[$0] }
        #expect(abs(sigmas[0] - 10) < 0.01 && abs(sigmas[1] - Double(2000).squareRoot() / 20 * 2.0.squareRoot()) < 0.8)
    }

    @Test("regions of unknown relative scale are fitted with a gain each")
    func gains() throws {
        let spectrum = try DecomposedSpectrum.counts(
            ["PMMA": 0.6, "PET": 0.4], library: library, windowsEV: carbonAndOxygen, shiftEV: 0, peakCounts: 1e5,
            gains: [1, 1.5])
        let observation = Observation(spectrum, errors: .init(relative: 0, smoothingCells: 3))
        let fit = search(gainSpread: 0.5).fit(observation, atShiftEV: 0)
        #expect(abs(fit.gains[1] / fit.gains[0] - 1.5) < 0.1, "\(fit.gains)")
        #expect(fit.reducedChiSquare < search().fit(observation, atShiftEV: 0).reducedChiSquare)
    }
}
