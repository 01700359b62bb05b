import Spectroscopy
import Synthesis
import Testing

@Suite("Mixture generator")
struct MixtureGeneratorTests {
    struct Sample: Equatable {
        var spectrum: [Float]
        var labels: [Float]
        var shiftEV: Float
    }

    let library: PolymerLibrary

    init() throws {
        library = try PolymerLibrary.shipped
    }

    func samples(_ count: Int, maxShiftEV: Double, seed: UInt64, library: PolymerLibrary? = nil) -> [Sample] {
        let library = library ?? self.library
        var generator = MixtureGenerator(library: library, maxShiftEV: maxShiftEV, seed: seed)
        return (0..<count).map { _ in
            var spectrum = [Float](repeating: -1, count: generator.spectrumCount)
            var labels = [Float](repeating: -1, count: generator.labelCount)
            var spectrumSpan = spectrum.mutableSpan
            var labelSpan = labels.mutableSpan
            let shiftEV = generator.next(spectrum: &spectrumSpan, labels: &labelSpan)
            return Sample(spectrum: spectrum, labels: labels, shiftEV: shiftEV)
        }
    }

    @Test("spectra have unit area and no negative or subnormal intensity", arguments: [0.0, 3.0, 20.0])
    func area(maxShiftEV: Double) {
        for sample in samples(100, maxShiftEV: maxShiftEV, seed: 1) {
            #expect(sample.spectrum.count == 6601)
            let area = sample.spectrum.reduce(0.0) { $0 + Double($1) } * 0.1
            #expect(abs(area - 1) < 1e-5)
            #expect(sample.spectrum.allSatisfy { $0 == 0 || $0 >= .leastNormalMagnitude })
        }
    }

    @Test("the same seed gives the same stream, another seed another")
    func determinism() {
        let first = samples(20, maxShiftEV: 3, seed: 42)
        #expect(first == samples(20, maxShiftEV: 3, seed: 42))
        #expect(first != samples(20, maxShiftEV: 3, seed: 43))
        #expect(Set(first.map(\.spectrum)).count == 20)
    }

    @Test("shifts are whole steps, uniform over ± the maximum")
    func shifts() {
        let shifts = samples(4000, maxShiftEV: 0.3, seed: 5).map { Int(($0.shiftEV * 10).rounded()) }
        let counts = Dictionary(grouping: shifts, by: \.self).mapValues(\.count)
        #expect(Set(counts.keys) == Set(-3...3))
        // 4000/7 = 571 each, standard deviation 22.
        #expect(counts.values.allSatisfy { abs($0 - 571) < 110 })
        #expect(samples(20, maxShiftEV: 0, seed: 5).allSatisfy { $0.shiftEV == 0 })
    }

    @Test("a shifted spectrum is the unshifted one read at an offset", arguments: [3.0, 20.0])
    func offset(maxShiftEV: Double) {
        // The number of random draws does not depend on the largest shift, so one seed gives the same mixtures.
        let still = samples(60, maxShiftEV: 0, seed: 7)
        let shifted = samples(60, maxShiftEV: maxShiftEV, seed: 7)
        for (still, shifted) in zip(still, shifted) {
            #expect(still.labels == shifted.labels)
            let steps = Int((shifted.shiftEV * 10).rounded())
            let points = max(0, -steps)..<min(6601, 6601 - steps)
            // Where a line moves over an end the areas differ: compare up to a common factor.
            let ratio =
                area(shifted.spectrum[(points.lowerBound + steps)..<(points.upperBound + steps)])
                / area(still.spectrum[points])
            let worst = points.map { abs(shifted.spectrum[$0 + steps] - ratio * still.spectrum[$0]) }.max() ?? 1
            #expect(worst < 2e-6)
        }
    }

    @Test("a line that a shift brings over the end is there, and one that it takes over the end is gone")
    func ends() throws {
        // F 1s of PTFE lies at 689.75 eV: moved by 10.25 eV its maximum is on the last point.
        let fluorine = samples(300, maxShiftEV: 20, seed: 8, library: try subset(["PTFE"]))
        for sample in fluorine {
            let highest = sample.spectrum[6300...].max() ?? 0
            if sample.shiftEV <= 10 { #expect(highest > 0.2, "\(sample.shiftEV)") }
            if sample.shiftEV >= 13 { #expect(highest < 0.01, "\(sample.shiftEV)") }
        }
        let last = fluorine.filter { abs($0.shiftEV - 10) < 0.75 }.map { $0.spectrum[6600] }
        #expect(!last.isEmpty && last.allSatisfy { $0 > 0.05 })
    }

    @Test("labels are the union of the constituents' labels")
    func union() throws {
        let pair = try subset(["PTFE", "PDMS"])
        let ptfe = try labels("PTFE")
        let pdms = try labels("PDMS")
        let both = zip(ptfe, pdms).map { max($0, $1) }
        let seen = Set(samples(200, maxShiftEV: 1, seed: 3, library: pair).map(\.labels))
        #expect(seen == [ptfe, pdms, both])
        for sample in samples(200, maxShiftEV: 0, seed: 4, library: pair) {
            // F 1s and Si 2p are there exactly when their group's label is.
            #expect(((sample.spectrum[6480...6515].max() ?? 0) > 1e-7) == (sample.labels[9] == 1))
            #expect(((sample.spectrum[600...650].max() ?? 0) > 1e-7) == (sample.labels[35] == 1))
        }
    }

    @Test("what the outermost points show does not depend on the shift, but on the lines that lie there")
    func edges() {
        // The lines nearest to the ends are Na 2s (63.7 eV) and F 1s (689.75 eV): within ±3 eV no end sees either, and a
        // fill or a cut would show here as a step.
        for sample in samples(300, maxShiftEV: 3, seed: 11) {
            #expect(sample.spectrum[..<100].allSatisfy { $0 < 1e-9 })
            #expect(sample.spectrum[6580...].allSatisfy { $0 < 1e-9 })
        }
        // At ±20 eV F 1s is pushed over the end: its flank runs through the last point without a jump.
        for sample in samples(300, maxShiftEV: 20, seed: 12) {
            for point in 6590..<6600 {
                let (here, next) = (sample.spectrum[point], sample.spectrum[point + 1])
                #expect(abs(here - next) < 0.4 * max(here, next) + 1e-4)
            }
        }
    }

    private func area(_ intensities: ArraySlice<Float>) -> Float {
        Float(intensities.reduce(0.0) { $0 + Double($1) })
    }

    private func labels(_ abbreviation: String) throws -> [Float] {
        try #require(library.polymers.first { $0.abbreviation == abbreviation }).labels.map { $0 ? 1 : 0 }
    }

    private func subset(_ abbreviations: Set<String>) throws -> PolymerLibrary {
        let subset = library.keeping { abbreviations.contains($0.abbreviation) }
        try #require(subset.polymers.count == abbreviations.count)
        return subset
    }
}
