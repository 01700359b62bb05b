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

    private func carriers(_ group: String) throws -> [Bool] {
        let place = try #require(library.functionalGroups.firstIndex(of: group))
        return ConstituentFit.carriers(of: place, in: library)
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

    @Test("what is there cannot be left out, what is not there cannot hide, and a bad spectrum does not decide")
    func decidability() throws {
        let ester = try carriers("ester (aliphatic)")
        let fluoride = try carriers("alkyl halide (F)")
        func fit(peakCounts: Double) throws -> ConstituentFit {
            let spectrum = try DecomposedSpectrum.counts(
                ["PMMA": 0.3, "PS": 0.7], library: library, windowsEV: carbonAndOxygen, shiftEV: 0,
                peakCounts: peakCounts, seed: 7)
            return search().fit(
                Observation(spectrum, errors: .init(relative: 0, smoothingCells: 6)), atShiftEV: 0)
        }
        let good = try fit(peakCounts: 1e6)
        #expect(good.support(of: ester).decision == .present)
        #expect(good.support(of: fluoride).decision == .absent)
        #expect(good.hiddenShare(of: fluoride) < 0.01)
        #expect(good.hiddenShare(of: ester) < 0.4)
        let bad = try fit(peakCounts: 4)
        #expect(bad.support(of: fluoride).decision == .undecided)
        #expect(bad.hiddenShare(of: fluoride) > 0.05)
        let none = try carriers("azide")
        #expect(good.support(of: none).decision == .absent)
        #expect(good.hiddenShare(of: none) == 0)
    }

    @Test("the rise at the detectable share is the bound")
    func detectability() throws {
        let spectrum = try DecomposedSpectrum.counts(
            ["PS": 1], library: library, windowsEV: carbonAndOxygen, shiftEV: 0, peakCounts: 300, seed: 3)
        let fit = search().fit(Observation(spectrum, errors: .init(relative: 0, smoothingCells: 6)), atShiftEV: 0)
        let amide = try carriers("amide")
        let hidden = fit.hiddenShare(of: amide, bound: 4)
        let rates = DecisionRates(falsePresence: 0.05, falseAbsence: 0.05, leastShare: hidden)
        #expect(abs(fit.support(of: amide, rates: rates).riseWith - 4) < 0.2)
    }
}
