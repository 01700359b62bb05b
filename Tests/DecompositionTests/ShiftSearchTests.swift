import Decomposition
import Spectroscopy
import Synthesis
import Testing

@Suite("Shift search")
struct ShiftSearchTests {
    private let library: PolymerLibrary

    init() throws {
        library = try DecomposedSpectrum.library()
    }

    @Test("the shift of a clean mixture is found", arguments: [-4.3, -0.02, 0, 2.64, 4.9])
    func clean(shiftEV: Double) throws {
        let spectrum = try DecomposedSpectrum.counts(
            ["PMMA": 0.5, "PS": 0.2, "N6": 0.3], library: library, windowsEV: [276...304, 392...410, 524...548],
            shiftEV: shiftEV, peakCounts: 1e5)
        var options = ShiftSearch.Options.benchmark(maxShiftEV: 5)
        options.hasBackground = true
        let answer = ShiftSearch(library: library, options: options).search(
            Observation(spectrum, errors: .init(relative: 0, smoothingCells: 3)))
        let best = try #require(answer.posterior.modes.first)
        #expect(abs(best.shiftEV - shiftEV) < 0.02)
        #expect(abs(answer.posterior.modes.reduce(0) { $0 + $1.weight } - 1) < 1e-2)
        #expect(answer.posterior.shiftsEV.count == answer.posterior.chiSquares.count)
    }

    @Test("sigma covers the error of counting", arguments: 1...8)
    func sigma(seed: Int) throws {
        let spectrum = try DecomposedSpectrum.counts(
            ["PET": 1], library: library, windowsEV: [276...304, 524...548], shiftEV: 1.33, peakCounts: 1000,
            seed: UInt64(seed))
        var options = ShiftSearch.Options.benchmark(maxShiftEV: 3)
        options.hasBackground = true
        let answer = ShiftSearch(library: library, options: options).search(
            Observation(spectrum, errors: .init(relative: 0, smoothingCells: 6)))
        let best = try #require(answer.posterior.modes.first)
        #expect(abs(best.shiftEV - 1.33) < 4 * best.sigmaEV + 0.01)
        #expect(best.sigmaEV < 0.05)
    }

    @Test("one line alone has more than one explanation, and the true shift is among them")
    func ambiguous() throws {
        let spectrum = try DecomposedSpectrum.counts(
            ["PEG": 1], library: library, windowsEV: [274...304], shiftEV: 0.6, peakCounts: 300, seed: 5)
        var options = ShiftSearch.Options.benchmark(maxShiftEV: 5)
        options.hasBackground = true
        let posterior = ShiftSearch(library: library, options: options).search(
            Observation(spectrum, errors: .init(relative: 0, smoothingCells: 6))
        ).posterior
        // A single C 1s line may as well be aliphatic carbon at 1.95 eV.
        #expect(!posterior.hasOneMode(), "\(posterior.modes)")
        #expect(posterior.modes.contains { abs($0.shiftEV - 0.6) < 0.2 }, "\(posterior.modes)")
        #expect(posterior.shiftsEV.first == -5)
        #expect(posterior.shiftsEV.last == 5)
    }

    @Test("unknown widths of the lines are fitted")
    func widths() throws {
        let spectrum = try DecomposedSpectrum.counts(
            ["PMMA": 1], library: library, windowsEV: [276...304, 524...548], shiftEV: -1, peakCounts: 1e4)
        var options = ShiftSearch.Options.benchmark(maxShiftEV: 3)
        options.hasBackground = true
        // All candidates but the first are wider than the lines.
        options.widths = [0.4, 0.8, 1.2].map { LineWidth(resolutionEV: $0) }
        options.coarseWidth = 2
        let answer = ShiftSearch(library: library, options: options).search(
            Observation(spectrum, errors: .init(relative: 0, smoothingCells: 3)))
        #expect(answer.addedVarianceEV2 < 0.02)
        #expect(abs(answer.fit.shiftEV + 1) < 0.03)
    }

    @Test("clean mixtures of the paper's protocol: most label vectors are right, searched or not")
    func benchmark() {
        for knowsShift in [true, false] {
            let figures = ClassicalBaseline.benchmark(
                library: library, maxShiftEV: 3, spectra: 12, seed: 5, knowsShift: knowsShift)
            #expect(figures.spectra == 12)
            #expect(figures.subsetAccuracy > 0.6)
            #expect(figures.microF1 > 0.95)
            #expect(knowsShift == (figures.shiftMedianEV == nil))
            if let median = figures.shiftMedianEV { #expect(median < 0.02) }
        }
    }
}
