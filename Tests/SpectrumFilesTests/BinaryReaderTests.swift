import Foundation
import HDF5
import Spectroscopy
import SpectrumFiles
import Testing

/// Igor binary waves, PHI files, SpecsLab XML and NeXus.
@Suite struct BinaryReaderTests {
    private static let note =
        "[SES]\rRegion Name=C1s\rPass Energy=50\rExcitation Energy=520,5\rEnergy Scale=Binding\r"
        + "Number of Sweeps=2\rTime per Spectrum Channel=3\rSample=Ag\rDate=2026-03-08\rTime=15:24:35\r"
    private static let energy = BinaryFixtures.Dimension(count: 4, step: -0.5, start: 290, unit: "Binding Energy [eV]")

    @Test(arguments: [false, true]) func igorWavesAreRead(bigEndian: Bool) throws {
        let bytes = BinaryFixtures.igor5([Self.energy], values: [1, 2.5, 3, 4], note: Self.note, bigEndian: bigEndian)
        let file = try SpectrumFile.read(bytes, named: "a.ibw")
        let region = file.spectra[0].regions[0]
        #expect(file.format == .igor && file.notices.isEmpty && file.spectra[0].sample == "Ag")
        #expect(region.name == "C 1s" && region.axis == .uniform(startEV: 290, stepEV: -0.5, count: 4))
        #expect(region.intensities == [1, 2.5, 3, 4] && region.settings.ordinate == .arbitrary)
        #expect(region.settings.photonEnergyEV == 520.5 && region.settings.exposureS == 3)
        #expect(file.spectra[0].metadata["acquired"] == "2026-03-08T15:24:35")
    }

    @Test func igorWavesOfVersion2AreRead() throws {
        let bytes = BinaryFixtures.igor2(count: 5, step: 0.1, start: 280, note: Self.note, values: [5, 4, 3, 2, 1])
        let region = try SpectrumFile.read(bytes, named: "old.ibw").spectra[0].regions[0]
        #expect(region.axis == .uniform(startEV: 280, stepEV: 0.1, count: 5) && region.intensities == [5, 4, 3, 2, 1])
    }

    @Test func igorImagesAreAddedUpAndSeriesAreSpectra() throws {
        let angle = BinaryFixtures.Dimension(count: 2, step: 1, start: -1, unit: "Angle [deg]")
        let time = BinaryFixtures.Dimension(count: 3, step: 10, start: 0, unit: "Time [s]")
        let values = (0..<24).map { Double($0) }
        let bytes = BinaryFixtures.igor5([Self.energy, angle, time], values: values, note: Self.note)
        let file = try SpectrumFile.read(bytes, named: "a.ibw")
        #expect(file.spectra.count == 3 && file.notices.contains { $0.contains("2 steps of Angle [deg] are added up") })
        #expect(file.spectra[1].regions[0].intensities == [20, 22, 24, 26])
        #expect(file.spectra[2].metadata["Time [s]"] == "20.0")
        let unnamed = BinaryFixtures.Dimension(count: 2, step: 1, start: 0, unit: "")
        let other = BinaryFixtures.igor5([Self.energy, unnamed], values: Array(values.prefix(8)), note: Self.note)
        #expect(throws: SpectrumFileError.self) { try SpectrumFile.read(other, named: "a.ibw") }
    }

    @Test func igorNotesInJSONAreRead() throws {
        let note =
            #"{"Version": 1, "Region": {"Name": "x", "ExcitationEnergy": {"Value": 700, "Unit": "eV"}, "PassEnergy": 20}}"#
        let kinetic = BinaryFixtures.Dimension(count: 4, step: 0.5, start: 410, unit: "Kinetic Energy [eV]")
        let bytes = BinaryFixtures.igor5([kinetic], values: [1, 2, 3, 4], note: note)
        let settings = try SpectrumFile.read(bytes, named: "a.ibw").spectra[0].regions[0].settings
        #expect(settings.photonEnergyEV == 700 && settings.passEnergyEV == 20 && settings.ordinate == .counts)
    }

    @Test(arguments: ["\r\n", "\n"], ["f4", "f8"]) func phiProfilesAreASpectrumForEachCycle(
        ending: String, type: String
    ) throws {
        let file = try SpectrumFile.read(BinaryFixtures.phi(cycles: 3, ending: ending, type: type), named: "a.pro")
        #expect(file.format == .phi && file.spectra.count == 3 && file.spectra[0].sample == "film")
        #expect(file.numbers == [1, 2, 3])
        let regions = file.spectra[1].regions
        #expect(regions.map(\.name) == ["C 1s", "Sn 3d"] && file.spectra[1].metadata["cycle"] == "1")
        #expect(regions[0].axis == .uniform(startEV: 290, stepEV: -0.5, count: 6))
        #expect(regions[0].intensities == [1006, 1007, 1008, 1009, 1010, 1011])
        #expect(regions[1].intensities == [2005, 2006, 2007, 2008, 2009])
        #expect(regions[0].settings.photonEnergyEV == 1486.6 && regions[0].settings.ordinate == .countsPerSecond)
        #expect(file.spectra[0].metadata["acquired"] == "2026-11-02")
    }

    @Test func phiFilesNameLineOrByteOfWhatIsWrong() throws {
        let bytes = BinaryFixtures.phi(cycles: 2)
        let cut = try #require(throws: SpectrumFileError.self) {
            try SpectrumFile.read(Array(bytes.dropLast(30)), named: "a.pro")
        }
        #expect(cut.offset != nil)
        var text = String(decoding: bytes.prefix { $0 < 0x80 }, as: UTF8.self)
        text = text.replacing("C1s 6 6 -0.5", with: "C1s 6 x -0.5")
        let damaged = try #require(throws: SpectrumFileError.self) {
            try SpectrumFile.read(Array(text.utf8) + bytes.dropFirst(text.utf8.count), named: "a.pro")
        }
        #expect(damaged.line == 8)
    }

    @Test func specsChannelsArePutOnTheirEnergies() throws {
        let file = try SpectrumFile.read(Array(BinaryFixtures.specsXML(cycles: 2).utf8), named: "a.xml")
        #expect(file.format == .specsXML && file.spectra.count == 2 && file.spectra[0].sample == "PS & PET")
        let region = file.spectra[0].regions[0]
        #expect(region.name == "C 1s" && (region.settings.bindingRangeEV.lowerBound - 288.5).magnitude < 1e-9)
        // Two scans: 2 · (10 i + 100 i) with both channels on the same energy.
        #expect(region.intensities == [220, 440, 660, 880])
        #expect(region.settings.transmission == [2, 2, 2, 2] && region.settings.sweeps == 2)
        #expect(file.spectra[1].metadata["acquired"] == "2022-01-29T00:24:38Z")
    }

    @Test func specsXMLNamesTheLineOfWhatIsWrong() throws {
        for text in [
            BinaryFixtures.specsXML(counts: [1, 2, 3]), BinaryFixtures.specsXML(mode: "FixedEnergies"),
            BinaryFixtures.specsXML().replacing("</any>", with: ""),
            BinaryFixtures.specsXML().replacing("<double>2 2 2 2", with: "<double>2 2 x 2"),
        ] {
            let error = try #require(throws: SpectrumFileError.self) {
                try SpectrumFile.read(Array(text.utf8), named: "a.xml")
            }
            #expect(error.line != nil && error.file == "a.xml")
        }
    }

    @Test(
        .enabled(
            if: (try? HDF5Reader.libraryVersion.get()) != nil, "libhdf5 is not installed: apt install libhdf5-103-1"))
    func nexusEntriesOfOneSampleAreOneSpectrum() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).nxs").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try HDF5Writer.write(path) { hdf5 in
            for (name, start) in [("C1s", 960.0), ("O1s", 710.0)] {
                try hdf5.group("/\(name)", class: "NXentry")
                try hdf5.group("/\(name)/sample", class: "NXsample")
                try hdf5.text("/\(name)/sample/name", "PET")
                try hdf5.group("/\(name)/instrument", class: "NXinstrument")
                try hdf5.group("/\(name)/instrument/beam", class: "NXbeam")
                try hdf5.number("/\(name)/instrument/beam/incident_energy", 1.25, unit: "keV")
                try hdf5.group("/\(name)/data", class: "NXdata")
                try hdf5.attribute("signal", "data", of: "/\(name)/data")
                try hdf5.attribute("axes", "energy", of: "/\(name)/data")
                try hdf5.numbers("/\(name)/data/data", [1.0, 2, 3, 4], unit: "counts_per_second")
                try hdf5.numbers("/\(name)/data/energy", (0..<4).map { start + Double($0) }, unit: "eV")
                try hdf5.attribute("type", "kinetic", of: "/\(name)/data/energy")
            }
        }
        let file = try SpectrumFile.read(path)
        #expect(file.format == .nexus && file.spectra.count == 1 && file.spectra[0].sample == "PET")
        #expect(file.spectra[0].regions.map(\.name) == ["C 1s", "O 1s"])
        #expect(file.spectra[0].regions[0].settings.bindingRangeEV == 287...290)
        #expect(file.spectra[0].regions[1].settings.ordinate == .countsPerSecond)
        #expect(throws: SpectrumFileError.self) {
            try SpectrumFile.read([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0], named: "cut.nxs")
        }
    }

    /// Every length that a file can be cut to, and flipped bytes: spectra or an error that names the file.
    @Test(arguments: ["a.ibw", "b.ibw", "c.pro", "d.xml"]) func damagedFilesAreReadOrRefused(name: String) throws {
        let angle = BinaryFixtures.Dimension(count: 3, step: 1, start: -1, unit: "Angle [deg]")
        let original: [UInt8] =
            switch name {
            case "a.ibw":
                BinaryFixtures.igor5([Self.energy, angle], values: (0..<12).map { Double($0) }, note: Self.note)
            case "b.ibw": BinaryFixtures.igor2(count: 5, step: 1, start: 280, note: Self.note, values: [1, 2, 3, 4, 5])
            case "c.pro": BinaryFixtures.phi(cycles: 2)
            default: Array(BinaryFixtures.specsXML().utf8)
            }
        func check(_ bytes: [UInt8]) {
            do {
                #expect(try !SpectrumFile.read(bytes, named: name).spectra.isEmpty)
            } catch {
                #expect(error.file == name && !error.reason.isEmpty)
            }
        }
        for count in original.indices { check(Array(original[..<count])) }
        var state: UInt64 = 7
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<600 {
            var bytes = original
            for _ in 0...next(4) { bytes[next(bytes.count)] = UInt8(next(256)) }
            check(bytes)
        }
    }
}
