import Export
import Foundation
import HDF5
import Spectroscopy
import SpectrumFiles
import Testing

/// Results and spectra in other programs' formats, with the links to other measurements of the sample.
@Suite struct ExportTests {
    private static let row = """
        {"shift_eV": 0.42, "shift_sigma_eV": 0.05, "reference": {"line": "C 1s aliphatic", "energy_eV": 285.1},
        "groups": [{"name": "ester", "probability": 0.97, "call": "present"},
        {"name": "amide, primary", "probability": 0.02, "call": "absent"},
        {"name": "ether", "probability": 0.6, "call": "undetermined"}],
        "familiarity": 0.8, "recorded_eV": [[280, 290]], "model": "default"}
        """
    private static let meta =
        #"{"sample":"PET \"3\", rinsed","sample_id":"ark:/1","scan_id":42,"acquired":"2026-11-22T14:00:00Z","source":"a.vms","block":1,"stage":{"x":1}}"#

    private func exported(_ job: String, index: Int = 0, measured: Bool = true) throws -> ExportedSpectrum {
        let regions = try [(RegionSettings.Ordinate.counts, "C 1s", 280.0), (.arbitrary, "O 1s", 525)].map {
            ordinate, name, start in
            try Region(
                settings: try RegionSettings(
                    name: name, axis: .uniform(.kinetic, startEV: 1486.6 - start, stepEV: -0.1, count: 40),
                    ordinate: ordinate, photonEnergyEV: 1486.6, dwellS: 0.1, passEnergyEV: 20),
                intensities: (0..<40).map { Float($0 + 100 * index) })
        }
        return ExportedSpectrum(
            run: "scan 42", job: job, seq: 7, index: index, analysis: AnalysisRecord(json: Self.row), meta: Self.meta,
            spectrum: measured ? try Spectrum(regions: regions) : nil)
    }

    @Test func identifiersComeFromTheUsersObject() throws {
        let exported = try exported("j")
        #expect(exported.sample == "PET \"3\", rinsed" && exported.sampleID == "ark:/1" && exported.scanID == "42")
        #expect(exported.links["stage"] == nil && exported.block == "1" && exported.source == "a.vms")
        let empty = ExportedSpectrum(
            run: "r", job: "j", seq: nil, index: 0, analysis: AnalysisRecord(json: "[]"), meta: nil, spectrum: nil)
        #expect(empty.sample.isEmpty && empty.analysis.error != nil)
    }

    @Test func tablesHaveALineForEachSpectrum() throws {
        let table = CSVExport(groups: ["ester", "amide, primary"], links: ["scan_id", "stage_x"])
        let heading = table.heading
        #expect(heading.hasPrefix("run,job,seq,index,sample,") && heading.hasSuffix("meta_stage_x,meta\r\n"))
        #expect(heading.contains("p_ester,call_ester,\"p_amide, primary\""))
        let line = table.line(try exported("j", index: 2))
        #expect(
            line.hasPrefix("scan 42,j,7,2,\"PET \"\"3\"\", rinsed\",ark:/1,42,2026-11-22T14:00:00Z,a.vms,1,0.42,0.05,"))
        #expect(line.contains(",ester,default,,0.97,present,0.02,absent,"))
    }

    @Test func vamasHoldsWhatWasMeasuredAndSaysTheShift() throws {
        let bytes = try VAMASExport.bytes(
            [try exported("a"), try exported("b"), try exported("c", measured: false)], software: "test 1")
        let file = try SpectrumFile.read(bytes, named: "out.vms")
        #expect(file.spectra.count == 2 && file.spectra[0].sample == "PET \"3\", rinsed")
        let region = file.spectra[0].regions[0]
        #expect(region.intensities == (0..<40).map { Float($0) } && region.settings.passEnergyEV == 20)
        // As measured: 0.42 eV are not subtracted.
        #expect((region.settings.bindingEnergyEV(at: 0) - 280).magnitude < 1e-9)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("job=b") && text.contains("shift_eV=0.42") && text.contains("present=ester 0.97"))
        #expect(text.contains("sample_id=ark:/1") && text.contains("scan_id=42"))
        #expect(throws: ExportError.noMeasurements) {
            try VAMASExport.bytes([try exported("c", measured: false)], software: "test 1")
        }
    }

    @Test(
        .enabled(
            if: (try? HDF5Reader.libraryVersion.get()) != nil, "libhdf5 is not installed: apt install libhdf5-103-1"))
    func nexusIsReadBackAsItWasMeasured() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).nxs").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try NeXusExport.write(
            [try exported("1"), try exported("1", index: 1)], to: path, software: "test", version: "1")
        let file = try SpectrumFile.read(path)
        #expect(file.format == .nexus && file.spectra.map(\.regions.count) == [2, 2])
        let region = file.spectra[0].regions[0]
        #expect(region.name == "C 1s" && region.axis.kind == .kinetic && region.settings.ordinate == .counts)
        #expect(region.settings.photonEnergyEV == 1486.6 && region.settings.dwellS == 0.1)
        #expect(region.intensities == (0..<40).map { Float($0) })
        #expect((region.settings.bindingEnergyEV(at: 0) - 280).magnitude < 1e-9)
        #expect(
            file.spectra[0].metadata["sample_id"] == "ark:/1" && file.spectra[0].metadata["experiment"] == "scan 42")
        // The cycles of a depth profile stay in their order beyond the ninth.
        try NeXusExport.write(
            (0..<12).map { try exported("\($0 + 1)", index: $0) }, to: path, software: "test", version: "1")
        let profile = try SpectrumFile.read(path).spectra
        #expect(profile.map { $0.regions[0].intensities[0] } == (0..<12).map { Float(100 * $0) })
    }

    @Test(
        .enabled(
            if: (try? HDF5Reader.libraryVersion.get()) != nil, "libhdf5 is not installed: apt install libhdf5-103-1"))
    func nexusKeepsSpectraOfOneSampleApartAndEachRegionsSweeps() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).nxs").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        func spectrum(_ job: String, _ regions: [(name: String, sweeps: Int?)]) throws -> ExportedSpectrum {
            ExportedSpectrum(
                run: "r", job: job, seq: nil, index: 0, analysis: AnalysisRecord(json: "{}"),
                meta: #"{"sample":"PET"}"#,
                spectrum: try Spectrum(
                    regions: try regions.map { name, sweeps in
                        try Region(
                            settings: try RegionSettings(
                                name: name, axis: .uniform(.kinetic, startEV: 1190, stepEV: 0.1, count: 30),
                                ordinate: .counts, photonEnergyEV: 1486.6, workFunctionEV: sweeps == nil ? nil : 4.5,
                                dwellS: 0.1, sweeps: sweeps),
                            intensities: (0..<30).map { Float($0) })
                    }))
        }
        let spectra = try [
            spectrum("a", [("C 1s", 3), ("O 1s", 10)]), spectrum("b", [("C 1s", nil)]), spectrum("c", [("O 1s", nil)]),
        ]
        try NeXusExport.write(spectra, to: path, software: "corelevel", version: "1")
        let back = try SpectrumFile.read(path).spectra
        #expect(back.map { $0.regions.map(\.name) } == [["C 1s", "O 1s"], ["C 1s"], ["O 1s"]])
        #expect(back.allSatisfy { $0.sample == "PET" && $0.metadata["acquired"] == nil })
        for (read, written) in zip(back, spectra) {
            #expect(read.regions.map(\.settings.sweeps) == written.spectrum?.regions.map(\.settings.sweeps))
            #expect(
                read.regions.map(\.settings.bindingRangeEV) == written.spectrum?.regions.map(\.settings.bindingRangeEV))
        }
        // What nobody said is not in the file.
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        try HDF5Reader.read(bytes) { hdf5 in
            let entry = try #require(hdf5.children(of: "/").first { $0.contains("b_0") })
            #expect(!hdf5.children(of: "/\(entry)").contains("start_time"))
            #expect(hdf5.children(of: "/\(entry)/instrument/electronanalyzer/detector") == ["count_time"])
            #expect(!hdf5.children(of: "/\(entry)/instrument/electronanalyzer").contains("work_function"))
        }
    }
}
