import Spectroscopy
import SpectrumFiles
import Testing

/// Numbers as the programs and spreadsheets of several countries write them.
@Suite struct ColumnNumbersTests {
    private static let intensities: [Float] = [301, 999, 1079, 12_345, 3454, 400, 290]

    private func region(_ text: String) throws(SpectrumFileError) -> Region {
        try SpectrumFile.read(Array(text.utf8), named: "sample.csv").spectra[0].regions[0]
    }

    private func refusal(_ text: String) -> SpectrumFileError? {
        #expect(throws: SpectrumFileError.self) { try region(text) }
    }

    /// Seven rows from 280.40 eV; `energy` writes the decimals, `part` the thousands.
    private func table(
        _ separator: String, decimal: String, thousands: String, quote: String = "", firstEV: Double = 280.4
    ) -> String {
        Self.intensities.enumerated().map { index, intensity in
            let digits = String(Int(intensity))
            let parted =
                digits.count > 3 ? "\(digits.dropLast(3))\(thousands)\(digits.suffix(3))" : digits
            let tenths = Int((firstEV * 10).rounded()) + index
            return "\(quote)\(tenths / 10)\(decimal)\(tenths % 10)0\(quote)\(separator)\(quote)\(parted)\(quote)"
        }.joined(separator: "\n")
    }

    @Test(arguments: [
        ("\t", ".", ","), ("\t", ",", "."), (" ", ".", ","), ("  ", ",", "."), (";", ",", "."), ("\t", ".", " "),
        ("\t", ".", "'"), ("\t", ",", "\u{A0}"), (" ", ",", "\u{202F}"), (";", ".", "\u{2019}"), (";", ",", " "),
    ])
    func thousandsAreRead(separator: String, decimal: String, thousands: String) throws {
        let region = try region("BE\(separator)counts\n" + table(separator, decimal: decimal, thousands: thousands))
        #expect(region.intensities == Self.intensities)
        #expect(region.axis == .uniform(startEV: 280.4, stepEV: 0.1, count: 7))
    }

    @Test(arguments: [(".", ","), (",", "."), (",", ""), (".", " ")])
    func quotedFieldsAreRead(decimal: String, thousands: String) throws {
        let rows = table(",", decimal: decimal, thousands: thousands, quote: "\"")
        for header in ["", "\"Binding Energy (eV)\",\"Counts\"\n"] {
            let region = try region(header + rows)
            #expect(region.intensities == Self.intensities && region.axis.energyEV(at: 0) == 280.4)
            #expect(region.settings.ordinate == .counts)
        }
    }

    @Test func millionsAreRead() throws {
        let rows = (0..<6).map { "\(280 + $0)\t\($0 + 1),078,568" }.joined(separator: "\n")
        #expect(try region("BE\tI\n" + rows).intensities == (0..<6).map { Float(1_078_568 + $0 * 1_000_000) })
    }

    @Test(arguments: [",", "."])
    func whatMayBeEitherIsRefused(sign: String) throws {
        let rows = (0..<6).map { "\(280 + $0)\t\($0 < 3 ? "301" : "3\(sign)454")" }.joined(separator: "\n")
        let error = try #require(refusal("BE\tcounts\n" + rows))
        #expect(error.line == 5 && error.reason.contains("3454 or 3.454"))
        let quoted = (0..<6).map { "\"\(280 + $0)\",\"\(3 + $0)\(sign)454\"" }.joined(separator: "\n")
        if sign == "," { #expect(refusal(quoted)?.reason.contains("3454 or 3.454") == true) }
        // One number that leaves no choice tells.
        #expect(try region("BE\tcounts\n" + rows + "\n286\t3\(sign)45").intensities[3] == 3.454)
        #expect(try region("BE\tcounts\n" + rows + "\n286\t1234").intensities[3] == 3.454)
        #expect(try region("BE\tcounts\n" + rows + "\n286\t1\(sign)234\(sign)567").intensities[3] == 3454)
    }

    @Test func threeDecimalsThroughoutStayDecimals() throws {
        let rows = (0..<6).map { "28\($0).000\t1\($0).250" }.joined(separator: "\n")
        #expect(try region("BE\tI\n" + rows).intensities == (0..<6).map { Float(10 + $0) + 0.25 })
        let comma = (0..<6).map { "28\($0),1\($0).250" }.joined(separator: "\n")
        #expect(try region("BE,I\n" + comma).intensities == (0..<6).map { Float(10 + $0) + 0.25 })
    }

    @Test func bothMeaningsOfOneSignAreRefused() {
        #expect(refusal("BE\tI\n280.5\t1.234.567\n281.5\t2.234.567")?.reason.contains("the point parts") == true)
        // Who writes 1234 writes no 3,454 that is 3454.
        let rows = (0..<6).map { "28\($0).5\t\($0 == 2 ? "3,454" : "123\($0)")" }.joined(separator: "\n")
        #expect(refusal(rows)?.reason.contains("3454 or 3.454") == true)
    }

    @Test func numbersCutAtTheSeparatorAreRefused() {
        let decimals = (0..<6).map { "28\($0),50,301,0" }.joined(separator: "\n")
        #expect(refusal(decimals)?.reason.contains("commas seem to stand") == true)
        #expect(refusal(table(",", decimal: ".", thousands: ","))?.reason.contains("commas seem to stand") == true)
        #expect(refusal(table(" ", decimal: ".", thousands: " "))?.reason.contains("blanks seem to stand") == true)
        // Names tell that these are columns.
        let named = "BE,counts,background\n" + (0..<6).map { "28\($0),400,301" }.joined(separator: "\n")
        #expect(throws: Never.self) { try region(named) }
    }

    @Test(arguments: [
        "Photon energy: 1486,6", "Photon energy: 1,486.6", "Photon energy: 1.486,6 eV", "photon_energy: 1486.6",
        "photon_energy_eV = 1486.6", "hv = 1.4866E3", "Photon energy: 1.4866 keV", "photon energy (keV): 1,4866",
        "Photon energy (eV): 1486.6eV", "Source: Al Kα", "anode: Al", "Excitation: monochromatic Al Ka",
        "X-ray source: Al (mono), 150 W", "Excitation energy: Al Ka",
    ])
    func photonEnergiesAreRead(line: String) throws {
        let text = "# \(line)\nKE\tcounts\n" + table("\t", decimal: ",", thousands: "", firstEV: 1190)
        #expect(try region(text).settings.photonEnergyEV == 1486.6)
    }

    @Test(arguments: [
        ("anode: Mg", 1253.6), ("hv = 0\n# source: Mg", 1253.6), ("Source: Ag Lα", 2984.3),
        ("excitation: Cr Kα", 5414.7),
    ])
    func sourcesAreKnown(line: String, energyEV: Double) throws {
        let text = "# \(line)\nBE\tcounts\n" + table("\t", decimal: ".", thousands: "")
        #expect(try region(text).settings.photonEnergyEV == energyEV)
    }

    @Test func signsOfTheHeaderAreThoseOfTheTable() throws {
        for (decimal, line) in [(".", "hv: 1,486"), (",", "hv: 1.486")] {
            let text = "# \(line)\nKE\tcounts\n" + table("\t", decimal: decimal, thousands: "", firstEV: 1190)
            #expect(try region(text).settings.photonEnergyEV == 1486)
        }
    }

    @Test func photonEnergiesThatCannotBeAreRefused() throws {
        for value in ["1.4866", "0,65", "1486600", "-5"] {
            let text = "\n# Photon energy: \(value)\nBE\tcounts\n" + table("\t", decimal: ".", thousands: "")
            let error = try #require(refusal(text))
            #expect(error.line == 2 && error.reason.contains(value) && error.reason.contains("20 to 30000 eV"))
        }
        for line in ["Photon energy: 0", "Photon energy: unknown", "Source: synchrotron"] {
            let text = "# \(line)\nBE\tcounts\n" + table("\t", decimal: ".", thousands: "")
            #expect(try region(text).settings.photonEnergyEV == nil)
        }
    }

    @Test(arguments: [
        ("Counts / s", RegionSettings.Ordinate.countsPerSecond), ("Counts/s", .countsPerSecond),
        ("CPS", .countsPerSecond), ("counts per second", .countsPerSecond), ("c/s", .countsPerSecond),
        ("Intensity (counts/sec)", .countsPerSecond), ("counts s^-1", .countsPerSecond),
        ("counts_per_second", .countsPerSecond), ("Counts", .counts), ("counts/step", .counts), ("counts-1", .counts),
        ("Intensity", .arbitrary), ("counts (s⁻¹)", .countsPerSecond), ("Count rate", .countsPerSecond),
        ("Counts per sweep, dwell 0.1 s", .counts), ("counts/step (0.1 s)", .counts), ("C1s-1", .arbitrary),
        ("C 1s", .arbitrary), ("c (0.1 s-1)", .arbitrary),
    ])
    func ordinatesAreNamed(name: String, ordinate: RegionSettings.Ordinate) throws {
        let rows = (0..<6).map { "28\($0).5\t30\($0).5" }.joined(separator: "\n")
        #expect(try region("Binding Energy (E)\t\(name)\n" + rows).settings.ordinate == ordinate)
        // As Thermo Avantage exports it, with titles above and units below the names.
        let export = "/Project/C1s Scan\nC1s Scan\nBinding Energy (E)\t\(name)\neV\t\n" + rows
        #expect(try region(export).settings.ordinate == ordinate)
    }

    /// Another number behind a blank is none of its thousands.
    @Test func aBlankEndsANumberOfTheHeader() throws {
        let header = "# sweeps = 4 100 ms each\n# hv = 650 100 meV bandwidth\nBE\tcounts\n"
        let settings = try region(header + table("\t", decimal: ".", thousands: "")).settings
        #expect(settings.sweeps == 4 && settings.photonEnergyEV == 650)
    }

    @Test(arguments: [
        ("dwell time = 100 ms", 0.1), ("dwell (ms) = 100", 0.1), ("dwell_ms = 100", 0.1), ("Dwell time: 0.5 s", 0.5),
        ("dwell time (s) = 0.5", 0.5), ("dwell [s]: 0.5", 0.5), ("dwell = 0.5", 0.5), ("dwell time (s) = 500 ms", 0.5),
    ])
    func dwellTimesHaveUnits(line: String, dwellS: Double) throws {
        let text = "# \(line)\nBE\tcounts\n" + table("\t", decimal: ".", thousands: "")
        #expect(try region(text).settings.dwellS == dwellS)
    }

    @Test(arguments: [
        "dwell time = 100 µs", "dwell (us) = 100", "dwell_us = 100", "dwell = 2 min", "dwell = 1 000 ms",
    ])
    func dwellTimesInOtherUnitsAreNotUsed(line: String) throws {
        let text = "# \(line)\nBE\tcounts\n" + table("\t", decimal: ".", thousands: "")
        let file = try SpectrumFile.read(Array(text.utf8), named: "sample.csv")
        #expect(file.spectra[0].regions[0].settings.dwellS == nil)
        #expect(file.notices.contains { $0.hasPrefix("line 1: the dwell time") })
    }

    /// A line of a megabyte is looked at where its number stands, and quoted from there.
    @Test func aLongLineIsNoLongNumber() throws {
        let digits = String(repeating: "1", count: 500_000) + String(repeating: "x", count: 500_000)
        let text = "# hv = \(digits)\nBE\tcounts\n" + table("\t", decimal: ".", thousands: "")
        var error: SpectrumFileError?
        let seconds = ContinuousClock().measure { error = refusal(text) }
        #expect(seconds < .seconds(5))
        #expect(try #require(error).line == 1 && error?.reason.contains("111…\"") == true)
        #expect(try #require(error).reason.count < 200)
    }
}
