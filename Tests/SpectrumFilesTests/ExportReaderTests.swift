import Spectroscopy
import SpectrumFiles
import Testing

/// The text exports of instruments' own programs: Scienta SES and SPECS Prodigy.
@Suite struct ExportReaderTests {
    private static let ses = """
        [Info]
        Number of Regions=0002
        Version=1.3.1

        [Region 1]
        Region Name=C 1s
        Dimension 1 name=Binding Energy [eV]
        Dimension 1 size=4
        [Info 1]
        Region Name=C 1s
        Pass Energy=50
        Number of Sweeps=10
        Excitation Energy=400
        Sample=film
        [Data 1]
         2.86000000000000E+0002  7.0E+0001
         2.85900000000000E+0002  8.0E+0001
         2.85800000000000E+0002  9.5E+0001
         2.85700000000000E+0002  6.0E+0001

        [Region 2]
        Region Name=O 1s
        Dimension 1 name=Kinetic Energy [eV]
        Dimension 1 size=3
        [Info 2]
        Excitation Energy=700
        [Data 2]
        160.0 1 2
        160.5 3 4
        161.0 5 6
        """

    private static let specs = """
        # Created by:        SpecsLab Prodigy, Version 4.1
        #   Energy Axis:              Binding Energy
        #   Count Rate:               Counts per Second
        # Group:                        PET
        # Region:                       Align
        # Excitation Energy:            1486.6
        # ColumnLabels:                 index counts/s
        0  0
        1  0
        # Region:                       C 1s
        # Dwell Time:                   0.5
        # Excitation Energy:            1486.6
        # Pass Energy:                  20
        # Cycle: 0, Curve: 0, Scan: 0
        # ColumnLabels: energy counts/s
        290.0 10
        289.9 20
        289.8 30

        # Cycle: 0, Curve: 0, Scan: 1
        # ColumnLabels: energy counts/s
        290.0 14
        289.9 26
        289.8 31
        # Group:                        PS
        # Region:                       C 1s
        # ColumnLabels: energy counts/s
        290.0 1
        289.9 2
        """

    @Test func sesRegionsAreOneSpectrum() throws {
        let file = try SpectrumFile.read(Array(Self.ses.utf8), named: "a.txt")
        let spectrum = try #require(file.spectra.first)
        #expect(file.format == .ses && file.spectra.count == 1 && spectrum.sample == "film")
        #expect(spectrum.regions.map(\.name) == ["C 1s", "O 1s"])
        #expect(spectrum.regions[0].axis == .uniform(startEV: 286, stepEV: -0.1, count: 4))
        #expect(spectrum.regions[0].intensities == [70, 80, 95, 60])
        #expect(spectrum.regions[0].settings.photonEnergyEV == 400)
        #expect(spectrum.regions[0].settings.sweeps == 10)
        #expect(spectrum.regions[1].axis.kind == .kinetic)
        #expect(spectrum.regions[1].intensities == [3, 7, 11])
        #expect(file.notices.contains { $0.contains("2 slices") })
    }

    @Test func sesFilesThatAreCutOffAreRefused() {
        for cut in ["\n 2.85700000000000E+0002  6.0E+0001", "  9.5E+0001"] {
            let parts = Self.ses.split(separator: "\n[Region 2]")[0]
            let text = String(parts).replacing(cut, with: "")
            #expect(throws: SpectrumFileError.self) { try SpectrumFile.read(Array(text.utf8), named: "a.txt") }
        }
        #expect(throws: SpectrumFileError.self) { try SpectrumFile.read(Array("[Info]\n".utf8), named: "a.txt") }
    }

    @Test func specsScansAreAveragedAndGroupsAreSpectra() throws {
        let file = try SpectrumFile.read(Array(Self.specs.utf8), named: "a.xy")
        #expect(file.format == .specs && file.spectra.map(\.sample) == ["PET", "PS"])
        let region = file.spectra[0].regions[0]
        #expect(region.name == "C 1s" && region.axis == .uniform(startEV: 290, stepEV: -0.1, count: 3))
        #expect(region.intensities == [12, 23, 30.5])
        #expect(region.settings.ordinate == .countsPerSecond && region.settings.exposureS == 1)
        #expect(region.settings.photonEnergyEV == 1486.6)
        #expect(file.notices.contains { $0.contains("Align") && $0.contains("line 7") })
    }

    @Test func specsScansOfOtherEnergiesAreRefused() {
        let text = Self.specs.replacing("290.0 14", with: "291.0 14")
        #expect(throws: SpectrumFileError.self) { try SpectrumFile.read(Array(text.utf8), named: "a.xy") }
        let fixed = String(
            Self.specs.prefix { $0 != "P" } + Self.specs.split(separator: "# Region:                       C 1s")[0])
        #expect(throws: SpectrumFileError.self) { try SpectrumFile.read(Array(fixed.utf8), named: "a.xy") }
    }
}
