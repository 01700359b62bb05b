import Foundation
import Spectroscopy
import Testing

struct QuantificationTests {
    /// Regions of a polymer whose areas follow from the sensitivity factors at the magic angle.
    private func spectrum(
        _ atoms: [String: Double], counts: Double, shiftEV: Double = 0, seed: UInt64 = 1, dwellS: Double? = 0.1,
        slowRegion: String? = nil, tellsSweeps: Bool = false, isCorrected: Bool = true
    ) throws -> Spectrum {
        var generator = SeededGenerator(seed: seed)
        let energies = ["C 1s": 286.0, "O 1s": 532.5, "N 1s": 400, "F 1s": 688, "Si 2p": 102]
        var regions: [Region] = []
        for (name, amount) in atoms.sorted(by: { $0.key < $1.key }) {
            let line = try #require(PhotoelectronLine(name))
            let factor = try SensitivityFactors().factor(
                of: line, photonEnergyEV: 1486.6,
                transmission: isCorrected ? .dividedOut : .power(exponent: -0.7))
            let energyEV = try #require(energies[name]) + shiftEV
            let time = name == slowRegion ? 4.0 : 1
            let window = SyntheticWindow(
                startEV: energyEV - 9, endEV: energyEV + 9,
                lines: [.init(energyEV: energyEV, height: amount * factor.product * counts * time, fwhmEV: 1.5)],
                stepFraction: 0.01, offset: counts / 3 * time)
            regions.append(
                try window.region(
                    name, generator: &generator, isCorrected: isCorrected, dwellS: dwellS.map { $0 * time },
                    sweeps: tellsSweeps ? Int(time) : nil))
        }
        return try Spectrum(regions: regions, sample: "PET")
    }

    @Test(arguments: [(1e2, -4.0), (1e3, 4.0), (1e5, 0.0)])
    func stoichiometryComesBack(counts: Double, shiftEV: Double) throws {
        // Poly(ethylene terephthalate), C10H8O4, and one region four times as long as the other.
        let result = try Quantification(
            of: spectrum(["C 1s": 10, "O 1s": 4], counts: counts, shiftEV: shiftEV, slowRegion: "O 1s"),
            shiftEV: shiftEV)
        let carbon = try #require(result.components.first)
        #expect(carbon.line.description == "C 1s")
        let percent = try #require(carbon.atomicPercent)
        let uncertainty = try #require(carbon.uncertainty)
        #expect(abs(percent - 1000 / 14) < max(3 * uncertainty.counting, 0.1), "\(percent) ± \(uncertainty)")
        #expect(uncertainty.total >= uncertainty.counting && uncertainty.transmission == 0)
        #expect(result.omissions.contains { $0.subject == "N" } && result.omissions.contains { $0.subject == "H, He" })
        #expect(abs(result.components.compactMap(\.atomicPercent).reduce(0, +) - 100) < 1e-9)
    }

    /// Four sweeps of one region and one of the other, and nobody wrote down how long a sweep was.
    @Test func sweepsAreDividedByWithoutADwellTime() throws {
        let result = try Quantification(
            of: spectrum(["C 1s": 10, "O 1s": 4], counts: 1e5, dwellS: nil, slowRegion: "O 1s", tellsSweeps: true))
        let percent = try #require(result.components.first?.atomicPercent)
        #expect(abs(percent - 1000 / 14) < 0.1)
        #expect(result.assumptions.contains { $0.contains("dwell times") })
    }

    /// Counts that were divided have the noise of their scatter, not Poisson's.
    @Test func normalisedCountsAreQuantified() throws {
        let counted = try spectrum(["C 1s": 10, "O 1s": 4], counts: 1e3)
        let divided = try Spectrum(
            regions: counted.regions.map { region in
                try Region(settings: region.settings, intensities: region.intensities.map { $0 / 5000 })
            })
        let results = try [counted, divided].map { try Quantification(of: $0).components[0] }
        let percents = results.compactMap(\.atomicPercent)
        let sigmas = results.compactMap(\.uncertainty?.counting)
        #expect(percents.count == 2 && abs(percents[0] - percents[1]) < 0.01)
        #expect(sigmas.count == 2 && abs(sigmas[1] / sigmas[0] - 1) < 0.5)
    }

    @Test func theStatedErrorOfAPercentageIsItsScatter() throws {
        var percents: [Double] = []
        var stated = 0.0
        for seed in 1...60 {
            let result = try Quantification(
                of: spectrum(["C 1s": 8, "O 1s": 2, "N 1s": 1], counts: 50, seed: UInt64(seed)))
            let nitrogen = try #require(result.components.first { $0.element == "N" })
            percents.append(nitrogen.atomicPercent ?? 0)
            stated += (nitrogen.uncertainty?.counting ?? 0) / 60
        }
        let mean = percents.reduce(0, +) / 60
        let scatter = (percents.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 59).squareRoot()
        #expect((scatter / stated - 1).magnitude < 0.3, "\(scatter) and \(stated)")
    }

    @Test func anAbsentElementHasALimit() throws {
        let result = try Quantification(of: spectrum(["C 1s": 10, "N 1s": 0], counts: 1e3))
        let nitrogen = try #require(result.components.last)
        #expect(nitrogen.element == "N" && !nitrogen.isDetected && nitrogen.uncertainty == nil)
        #expect(try #require(nitrogen.detectionLimitPercent) < 3)
        #expect(result.components.first?.atomicPercent == 100)
        #expect(result.remarks.contains { $0.contains("100 % by definition") })
    }

    @Test func anAssumedTransmissionIsSaidAndCounted() throws {
        let result = try Quantification(of: spectrum(["C 1s": 10, "F 1s": 5], counts: 1e5, isCorrected: false))
        let fluorine = try #require(result.components.last)
        #expect(abs(try #require(fluorine.atomicPercent) - 100 / 3) < 0.3)
        // d ln(C/F) = 0.2 · ln(1203 / 801)
        let expected = 0.2 * log(1202.8 / 801.2) * 100 * (1 / 3.0) * (2 / 3.0)
        #expect(abs(try #require(fluorine.uncertainty?.transmission) - expected) < 0.1)
        #expect(result.assumptions.contains { $0.contains("power -0.7") })
    }

    @Test func aRecordedTransmissionIsDividedOut() throws {
        var generator = SeededGenerator(seed: 9)
        func region(_ name: String, _ energyEV: Double, transmission: Float, atoms: Double) throws -> Region {
            let factor = try SensitivityFactors().factor(
                of: #require(PhotoelectronLine(name)), photonEnergyEV: 1486.6, transmission: .dividedOut)
            let height = atoms * factor.product * 1e4 * Double(transmission)
            let window = SyntheticWindow(
                startEV: energyEV - 8, endEV: energyEV + 8, lines: [.init(energyEV: energyEV, height: height)])
            return try window.region(
                name, generator: &generator,
                transmission: [Float](repeating: transmission, count: window.energiesEV.count), isCorrected: false)
        }
        let spectrum = try Spectrum(regions: [
            region("C 1s", 285, transmission: 2.7, atoms: 2), region("O 1s", 532, transmission: 4, atoms: 1),
        ])
        let result = try Quantification(of: spectrum)
        #expect(abs(try #require(result.components.first?.atomicPercent) - 200 / 3) < 0.5)
        #expect(result.components.allSatisfy { $0.uncertainty?.transmission == 0 })
    }

    @Test func aSurveyIsReadByTheElementsLookedFor() throws {
        var generator = SeededGenerator(seed: 4)
        let factors = SensitivityFactors()
        let lines = try [("C 1s", 285.0, 3.0), ("O 1s", 532, 1), ("Si 2p", 102, 1), ("Si 2s", 153, 1)].map {
            let factor = try factors.factor(
                of: #require(PhotoelectronLine($0.0)), photonEnergyEV: 1486.6, transmission: .dividedOut)
            return SyntheticWindow.Line(energyEV: $0.1 + 2, height: factor.product * $0.2 * 1e4, fwhmEV: 3)
        }
        let window = SyntheticWindow(startEV: 0, endEV: 1200, stepEV: 0.5, lines: lines, offset: 1000)
        let survey = try window.region("Survey", generator: &generator)
        let result = try Quantification(of: try Spectrum(regions: [survey]), shiftEV: 2)
        let percents = result.components.filter(\.isDetected)
        #expect(Set(percents.map(\.element)) == ["C", "O", "Si"])
        #expect(abs(try #require(percents.first?.atomicPercent) - 60) < 1.5)
        // Silicon has two lines; the 2s is the stronger by cross-section.
        #expect(percents.first { $0.element == "Si" }?.line.description == "Si 2s")
        #expect(result.components.filter { !$0.isDetected }.contains { $0.element == "N" })
    }

    @Test func aRegionOfItsOwnIsBetterThanTheSurvey() throws {
        var generator = SeededGenerator(seed: 4)
        let survey = try SyntheticWindow(
            startEV: 0, endEV: 1200, stepEV: 0.5, lines: [.init(energyEV: 285, height: 1e4, fwhmEV: 3)], offset: 100
        ).region("Survey", generator: &generator)
        let carbon = try SyntheticWindow(lines: [.init(energyEV: 285, height: 1e4)], offset: 100)
            .region("C 1s", generator: &generator)
        let result = try Quantification(of: try Spectrum(regions: [survey, carbon]))
        #expect(result.components.first?.region == "C 1s")
    }

    @Test func aSurveyOfAnotherPassEnergyIsLeftOut() throws {
        var generator = SeededGenerator(seed: 4)
        let survey = try SyntheticWindow(
            startEV: 0, endEV: 1200, stepEV: 0.5, lines: [.init(energyEV: 400, height: 1e4, fwhmEV: 3)], offset: 100
        ).region("Survey", generator: &generator, passEnergyEV: 160)
        let carbon = try SyntheticWindow(lines: [.init(energyEV: 285, height: 1e4)], offset: 100)
            .region("C 1s", generator: &generator, passEnergyEV: 20)
        let result = try Quantification(of: try Spectrum(regions: [survey, carbon]))
        #expect(result.components.map(\.element) == ["C"])
        #expect(result.omissions.contains { $0.subject == "Survey" && $0.reason.contains("pass energy") })
    }

    /// Behind the line the spectrum falls below where the step would have it, and the iteration finds no area.
    @Test func aWindowEndsWhereABackgroundCanBeDrawn() throws {
        var generator = SeededGenerator(seed: 8)
        let window = SyntheticWindow(
            startEV: 275, endEV: 300,
            lines: [.init(energyEV: 285, height: 1000), .init(energyEV: 306, height: 4000, fwhmEV: 12)], offset: 100)
        let region = try window.region("C 1s", generator: &generator)
        let carbon = try #require(try Quantification(of: try Spectrum(regions: [region])).components.first)
        #expect(carbon.limitsEV.upperBound < 295.5)
        // The rise at the end belongs to something else, and some of it is taken off with the step.
        #expect((carbon.area * 0.1 / (1000 * 1.2 * 1.064467) - 1).magnitude < 0.15)
        let whole = try #require(PeakWindow(region, limitsEV: 277.8...297.8))
        #expect(!ShirleyBackground().estimate(under: whole).isConverged)
    }

    @Test func peaksOfOtherElementsAreNamed() throws {
        var generator = SeededGenerator(seed: 4)
        // Ti 2p3/2 of an oxide is not looked for.
        let window = SyntheticWindow(
            startEV: 0, endEV: 1200, stepEV: 0.5,
            lines: [.init(energyEV: 286, height: 5e3, fwhmEV: 3), .init(energyEV: 459.5, height: 1e4, fwhmEV: 3)],
            offset: 500)
        let survey = try window.region("Survey", generator: &generator)
        let result = try Quantification(of: try Spectrum(regions: [survey]), shiftEV: 1)
        #expect(result.remarks.contains { $0.contains("peaks at 459 eV") || $0.contains("peaks at 458 eV") })
    }

    @Test func userLimitsAndFactorsAreTaken() throws {
        let line = try #require(PhotoelectronLine("C 1s"))
        let options = QuantificationOptions(
            background: LinearBackground(),
            sensitivity: SensitivityFactors(overrides: [line: 2], attenuationExponent: 0),
            limitsEV: [line: 282...290])
        let result = try Quantification(of: spectrum(["C 1s": 10], counts: 1e4), options: options)
        let carbon = try #require(result.components.first)
        #expect(carbon.sensitivity.product == 2)
        #expect(abs(carbon.limitsEV.lowerBound - 282) < 0.11 && abs(carbon.limitsEV.upperBound - 290) < 0.11)
    }

    @Test func errorsSayWhatToDo() throws {
        var generator = SeededGenerator(seed: 2)
        let carbon = SyntheticWindow(lines: [.init(energyEV: 286, height: 1e3)], offset: 10)
        var oxygen = carbon
        (oxygen.startEV, oxygen.endEV, oxygen.lines[0].energyEV) = (524, 542, 532)
        func message(_ regions: [Region], options: QuantificationOptions = .init(), shiftEV: Double = 0) throws
            -> String
        {
            do {
                _ = try Quantification(of: Spectrum(regions: regions), shiftEV: shiftEV, options: options)
                return ""
            } catch let error as QuantificationError {
                return error.description
            }
        }
        let plain = try carbon.region("C 1s", generator: &generator)
        #expect(try message([plain], shiftEV: .nan).contains("shift"))
        #expect(try message([plain], options: .init(elements: ["Xx"])).contains("\"Xx\" is no element"))
        #expect(try message([carbon.region("Cu LMM", generator: &generator)]).contains("Auger"))
        #expect(
            try message([carbon.region("O 1s", generator: &generator)])
                .contains("ends too close to O 1s, which is expected near 532.0 eV: 280.0 to 298.0 eV"))
        #expect(
            try message([carbon.region("window 3", generator: &generator)], options: .init(elements: ["Fe"]))
                .contains("name other elements"))
        #expect(
            try message([plain, oxygen.region("O 1s", generator: &generator, photonEnergyEV: 650)])
                .contains("photon energies"))
        #expect(
            try message([
                carbon.region("C 1s", generator: &generator, passEnergyEV: 20),
                oxygen.region("O 1s", generator: &generator, passEnergyEV: 40),
            ]).contains("pass energies (20.0, 40.0 eV)"))
        #expect(
            try message([plain, oxygen.region("O 1s", generator: &generator, ordinate: .arbitrary)])
                .contains("dwell_s"))
        let empty = SyntheticWindow(offset: 100)
        #expect(try message([empty.region("C 1s", generator: &generator)]).contains("count longer"))
    }

    @Test func whatIsNotRecordedIsAssumedAloud() throws {
        let timeless = try Quantification(of: spectrum(["C 1s": 2, "O 1s": 1], counts: 1e3, dwellS: nil))
        #expect(timeless.assumptions.contains { $0.contains("dwell times") })
        var generator = SeededGenerator(seed: 5)
        let photonless = try SyntheticWindow(lines: [.init(energyEV: 285, height: 1e3)])
            .region("C1s", generator: &generator, photonEnergyEV: nil, ordinate: .arbitrary)
        let result = try Quantification(of: try Spectrum(regions: [photonless]))
        #expect(result.assumptions.contains { $0.contains("Al Kα") })
        #expect(result.remarks.contains { $0.contains("scatter") })
    }

    @Test func aForeignLineInAWindowIsNamed() throws {
        var generator = SeededGenerator(seed: 6)
        let potassium = try SyntheticWindow(startEV: 285, endEV: 310, lines: [.init(energyEV: 294, height: 1e4)])
            .region("K 2p", generator: &generator)
        let carbon = try SyntheticWindow(lines: [.init(energyEV: 285, height: 1e4)]).region(
            "C 1s", generator: &generator)
        let result = try Quantification(of: try Spectrum(regions: [carbon, potassium]))
        #expect(result.remarks.contains { $0.contains("window of C 1s also holds K 2p") })
    }
}
