import Spectroscopy
import SpectrumFiles
import Testing

/// What energies are that no header names, and several regions in one table.
@Suite struct ColumnRegionsTests {
    private func read(
        _ text: String, photonEnergyEV: Double? = nil, named name: String = "sample.txt"
    ) throws(SpectrumFileError) -> (regions: [Region], notices: [String]) {
        let options = SpectrumFile.Options(photonEnergyEV: photonEnergyEV)
        let file = try SpectrumFile.read(Array(text.utf8), named: name, options: options)
        return (file.spectra[0].regions, file.notices)
    }

    private func refusal(_ text: String) -> SpectrumFileError? {
        #expect(throws: SpectrumFileError.self) { try read(text) }
    }

    private func rows(from firstEV: Int, step: Int = 1, count: Int = 17) -> String {
        (0..<count).map { "\(firstEV + $0 * step).5\t\(100 + $0)\n" }.joined()
    }

    @Test func kineticEnergiesAreToldByThePhotons() throws {
        let (regions, notices) = try read(rows(from: 1190), photonEnergyEV: 1486.6)
        #expect(regions[0].axis.kind == .kinetic && regions[0].name == "C 1s")
        #expect(notices.contains { $0.contains("taken for kinetic energies") })
        // All of a table's energies are of one kind.
        let both = try read(rows(from: 1190) + rows(from: 943), photonEnergyEV: 1486.6).regions
        #expect(both.map(\.axis.kind) == [.kinetic, .kinetic] && both.map(\.name) == ["C 1s", "O 1s"])
        // Under these photons they would be no core level either way.
        #expect(try read(rows(from: 1190), photonEnergyEV: 650).regions[0].axis.kind == .binding)
        #expect(try read(rows(from: 278), photonEnergyEV: 1486.6).regions[0].axis.kind == .binding)
        // A header's word counts more.
        let named = try read("Binding energy\tI\n" + rows(from: 1190), photonEnergyEV: 1486.6)
        #expect(named.regions[0].axis.kind == .binding)
    }

    @Test func withoutPhotonsTheOptionIsNamed() throws {
        let (regions, notices) = try read(rows(from: 1190))
        #expect(regions[0].axis.kind == .binding && notices.contains { $0.contains("--photon-energy") })
        #expect(try read(rows(from: 278)).notices.contains { $0.contains("--photon-energy") } == false)
        #expect(refusal(rows(from: 2690))?.reason.contains("--photon-energy") == true)
    }

    /// Na 1s and others lie beyond most binding energies: their names tell.
    @Test(arguments: [
        ("", "Na1s.txt"), ("# region = Na 1s\n", "sample.txt"), ("# Na 1s\n", "sample.txt"),
        ("# region = 7\n", "PET Na1s.txt"),
    ])
    func aCoreLevelTellsBindingEnergies(header: String, name: String) throws {
        let text = "# photon energy = 1486.6\n" + header + rows(from: 1065)
        let (regions, notices) = try read(text, named: name)
        #expect(regions[0].axis.kind == .binding)
        #expect(notices.contains { $0.contains("as Na 1s they are taken for binding energies") })
        // Its kinetic energies are told, too.
        let kinetic = try read("# photon energy = 1486.6\n" + header + rows(from: 406), named: name)
        #expect(kinetic.regions[0].axis.kind == .kinetic)
    }

    @Test(arguments: [
        "Energy (keV)\tCounts\n", "Binding energy / keV\tCounts\n", "keV\tCounts\n", "# Binding energy (keV)  Counts\n",
        "Energy\tCounts\nkeV\tcps\n", "1.4866 keV\tPET\nBinding energy (keV)\tCounts\n",
    ])
    func kiloelectronvoltsAreRead(header: String) throws {
        let (regions, notices) = try read(header + (0..<17).map { "0.\(2785 + $0 * 10)\t\(100 + $0)\n" }.joined())
        #expect(regions[0].axis == .uniform(startEV: 278.5, stepEV: 1, count: 17))
        #expect(notices.contains { $0.contains("multiplied by 1000") })
    }

    @Test(arguments: [
        "# Binding Energy  Counts\n# measured with 1.4866 keV photons\n",
        "1.4866 keV\tPET\nBinding energy (eV)\tCounts\n",
        "1.4866 keV\tPET\nBinding energy\tCounts\n", "Photon energy (keV)\t1.4866\nBE\tCounts\n",
        "# Binding energy with 1.4866 keV, counts\n", "# PET keV-series\nBE\tCounts\n",
    ])
    func keVOfThePhotonsIsNoUnit(header: String) throws {
        let (regions, notices) = try read(header + rows(from: 278))
        #expect(regions[0].axis == .uniform(startEV: 278.5, stepEV: 1, count: 17))
        #expect(!notices.contains { $0.contains("1000") })
    }

    @Test func bindingEnergiesMayHaveAMinusSign() throws {
        for header in ["", "# binding\n"] {
            let (regions, notices) = try read(header + (0..<17).map { "-\(278 + $0)\t\(100 + $0)\n" }.joined())
            #expect(regions[0].axis == .uniform(startEV: 278, stepEV: 1, count: 17))
            #expect(notices.contains { $0.contains("minus sign") })
        }
        // Beside the Fermi level, energies above it are below zero.
        let valence = (0..<17).map { "\($0 - 5)\t\(100 + $0)\n" }.joined()
        #expect(try read("BE\tI\n" + valence).regions[0].axis.energyEV(at: 0) == -5)
    }

    @Test func regionsInOneTableAreToldApart() throws {
        let (carbon, oxygen) = (rows(from: 278), rows(from: 526))
        for text in [
            carbon + oxygen, carbon + "\n" + oxygen, "C 1s\n" + carbon + "\nO 1s\n" + oxygen,
            "C1s Scan\nBE\tcounts\n" + carbon + "O1s Scan\nBE\tcounts\n" + oxygen,
            "# C 1s\n" + carbon + "# O 1s\n" + oxygen,
            oxygen + carbon, rows(from: 294, step: -1) + rows(from: 542, step: -1),
        ] {
            let regions = try read(text).regions.sorted { $0.name < $1.name }
            #expect(regions.map(\.name) == ["C 1s", "O 1s"])
            #expect(regions.map(\.axis.count) == [17, 17])
            #expect(regions.map { min($0.axis.energyEV(at: 0), $0.axis.energyEV(at: 16)) } == [278.5, 526.5])
        }
    }

    @Test func eachRegionHasItsSettings() throws {
        let text =
            "# Region: C 1s\n# hv = 650\n# Pass energy: 20\nKE\tcounts\n" + rows(from: 356)
            + "# Region: O 1s\n# hv = 900\n" + rows(from: 456)
        let regions = try read(text).regions
        #expect(regions.map(\.name) == ["C 1s", "O 1s"])
        #expect(regions.map(\.settings.photonEnergyEV) == [650, 900])
        #expect(regions.map(\.settings.passEnergyEV) == [20, 20])
        let mixed = "BE\tcounts\n" + rows(from: 278) + "KE\tcounts\n" + rows(from: 943)
        #expect(refusal(mixed)?.reason.contains("kinetic here and binding above") == true)
    }

    @Test func energiesThatComeAgainAreRefused() throws {
        let again = try #require(refusal("A\n" + rows(from: 278) + "B\n" + rows(from: 278)))
        #expect(again.line == 20 && again.reason.contains("turns back"))
        // A second region that runs into the first.
        let into = try #require(refusal(rows(from: 278) + rows(from: 270)))
        #expect(into.line == 18 && into.reason.contains("turn back"))
        // Text that nothing new follows.
        #expect(refusal(rows(from: 278) + "the end\n")?.line == 18)
        #expect(refusal(rows(from: 278) + "nan\t5\n" + rows(from: 295))?.line == 18)
        #expect(refusal(rows(from: 278) + rows(from: 526, count: 2))?.reason.contains("2 points") == true)
    }

    /// A hole in a window does not make two of it.
    @Test func aHoleIsNoOtherRegion() throws {
        #expect(try read(rows(from: 278) + rows(from: 300)).regions.count == 1)
    }

    /// However near they lie to each other.
    @Test(arguments: [
        ("# region = Si 2s\n", "# region = S 2p\n# sweeps = 20\n"), ("[Si 2s]\n", "# region = S 2p\n# sweeps = 20\n"),
        ("# Si 2s\n", "S 2p\n# sweeps = 20\n"),
    ])
    func aNamedRegionIsOneOfItsOwn(first: String, second: String) throws {
        let rows = (rows(from: 146, count: 13), rows(from: 159, count: 14))
        let (regions, _) = try read(first + "BE\tcounts\n" + rows.0 + second + rows.1)
        #expect(regions.map(\.name) == ["Si 2s", "S 2p"] && regions.map(\.axis.count) == [13, 14])
        #expect(regions.map(\.settings.sweeps) == [nil, 20])
    }

    @Test func settingsAmidARegionAreNotPassedOverSilently() throws {
        let text = rows(from: 278) + "# region = C 1s\n# sweeps = 20\n" + rows(from: 295)
        let (regions, notices) = try read("# region = C 1s\n" + text)
        #expect(regions.count == 1 && regions[0].settings.sweeps == nil)
        #expect(notices.contains { $0.contains("settings in line 19 are not used") })
        #expect(try read(rows(from: 278) + "# sweeps = 3\n").notices.contains { $0.contains("line 18") })
        #expect(try read(rows(from: 278) + "# a word\n").notices.contains { $0.contains("not used") } == false)
    }

    @Test func eachRegionHasItsUnits() throws {
        let kiloelectronvolts = (0..<17).map { "0.\(5265 + $0 * 10)\t\(100 + $0)\n" }.joined()
        let parts = [
            "# C 1s\nenergy\tcounts\n", rows(from: 278), "# O 1s\nenergy (keV)\tcps\n", kiloelectronvolts,
            "# N 1s\nenergy (eV)\tintensity\n", rows(from: 395), "# F 1s\n", rows(from: 680),
        ]
        let (regions, _) = try read(parts.joined())
        #expect(regions.map(\.settings.ordinate) == [.counts, .countsPerSecond, .counts, .counts])
        #expect(regions.map { $0.axis.energyEV(at: 0) } == [278.5, 526.5, 395.5, 680.5])
        // Names in the midst of points begin another region, too.
        let near = try read("BE\tcounts\n" + rows(from: 278) + "BE\tcps\n" + rows(from: 295)).regions
        #expect(near.map(\.settings.ordinate) == [.counts, .countsPerSecond])
        let turned = refusal("BE\tcounts\n" + rows(from: 278) + "counts\tBE\n" + rows(from: 526))
        #expect(turned?.line == 20 && turned?.reason.contains("another order") == true)
    }

    @Test func tooManyRegionsAreRefused() throws {
        let settings = (0..<9000).map { "# a\($0): b\n" }.joined()
        let table = (0..<64).map { rows(from: $0 * 20, count: 5) }.joined()
        #expect(try read("BE\tcounts\n" + table).regions.count == 64)
        let more = settings + "BE\tcounts\n" + table + (64..<1000).map { rows(from: $0 * 20, count: 5) }.joined()
        let error = try #require(refusal(more))
        #expect(error.line == 9322 && error.reason.contains("more than 64 regions"))
    }
}
