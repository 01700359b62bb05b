import Foundation
import Spectroscopy
import SpectrumFiles
import Testing

@Suite struct SpectrumFileTests {
    @Test(
        arguments: [
            ("wave.ibw", [5, 0, 0xD1], "Igor"), ("a.spe", Array("SOFH\r\n".utf8), "EOFH"),
            ("a.xml", Array("<?xml version=\"1.0\"?> <svg/>".utf8), "SPECS"),
            ("a.sle", Array("SQLite format 3".utf8), "SQLite"), ("a.xlsx", [0x50, 0x4B, 3, 4], "Excel"),
            ("a.vgd", [0xD0, 0xCF, 0x11, 0xE0], "Avantage"),
            ("a.txt", [0xFF, 0xFE, 0x31, 0], "two numbers"), ("a.txt", [0x31, 0, 0x32], "binary"),
            ("a.csv", [], "empty"), ("a.json", Array("{\n \"title\": \"C 1s\", \"fwhm\": 1.2}".utf8), "JSON"),
            ("a.json", Array("[[280, 1], [281, 2]]".utf8), "JSON"),
        ] as [(String, [UInt8], String)])
    func foreignFormatsAreRefusedByName(name: String, bytes: [UInt8], word: String) {
        do {
            _ = try SpectrumFile.read(bytes, named: name)
            Issue.record("\(name) was read")
        } catch {
            #expect(error.file == name && error.reason.contains(word))
        }
    }

    @Test func pathsThatCannotBeReadSaySo() throws {
        #expect(throws: SpectrumFileError(file: "no/such.vms", reason: "there is no such file")) {
            try SpectrumFile.read("no/such.vms")
        }
        let folder = FileManager.default.temporaryDirectory.path
        #expect(throws: SpectrumFileError(file: folder, reason: "is not a regular file")) {
            try SpectrumFile.read(folder)
        }
    }

    @Test func filesAreReadUpToALimit() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).vms").path
        try Data(VAMASFixture().bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try SpectrumFile.read(path).spectra.count == 1)
        #expect(throws: SpectrumFileError.self) {
            try SpectrumFile.read(path, options: SpectrumFile.Options(sizeLimit: 100))
        }
    }

    @Test func namesDoNotDecideAgainstTheContent() throws {
        #expect(try VAMASFixture().read("export.txt").format == .vamas)
        #expect(try VAMASFixture().read("export.npl").format == .vamas)
    }

    /// Damages whole files in every way that a seed finds: each ends in spectra or in an error, never in a crash.
    @Test(arguments: 0..<8)
    func damagedFilesAreReadOrRefused(seed: Int) throws {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % max(bound, 1)
        }
        var map = VAMASFixture()
        (map.mode, map.scan, map.items) = ("MAPDP", "IRREGULAR", [8, 32])
        map.blocks[0].variables = [("Kinetic Energy", "eV"), ("Intensity", "d"), ("Transmission", "d")]
        map.blocks[0].rows = (0..<6).map { ["\(1190 + $0)", "\($0)", "1"] }
        map.blocks.append(map.blocks[0])
        let originals: [(String, [UInt8])] = [
            ("a.vms", VAMASFixture().bytes), ("b.vms", map.bytes),
            ("c.vms", VAMASWriter().write(Array(try VAMASWriterTests.spectra().suffix(1)))),
            ("d.csv", Array("BE/eV,counts\n280,1\n280.1,2\n280.2,3\n280.3,4\n280.4,5\n".utf8)),
            ("e.txt", Array("[Info]\n[Region 1]\nDimension 1 name=Binding Energy\n[Data 1]\n280 1\n281 2\n".utf8)),
            (
                "f.xy",
                Array(
                    "# SpecsLab Prodigy\n# Energy Axis: Kinetic\n# Region: a\n# ColumnLabels: energy c\n1 2\n2 3\n".utf8
                )
            ),
        ]
        let values = [
            "1E37", "-1", "99999999999999999999", "1e308", "nan", "", "XPS", "\0", "MAPSV", "0", "\u{FF}", "1",
        ]
        var reads = 0
        for round in 0..<400 {
            let (name, original) = originals[round % originals.count]
            var bytes = original
            for _ in 0...next(4) where !bytes.isEmpty {
                switch next(6) {
                case 0: bytes[next(bytes.count)] = UInt8(truncatingIfNeeded: next(256))
                case 1: bytes.removeSubrange(next(bytes.count)...)
                case 2: bytes.remove(at: next(bytes.count))
                case 3: bytes.insert(contentsOf: values[next(values.count)].utf8, at: next(bytes.count))
                case 4: bytes.append(contentsOf: bytes[next(bytes.count)...])
                default:
                    var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
                    lines[next(lines.count)] = Array(values[next(values.count)].utf8)
                    bytes = Array(lines.joined(separator: [10]))
                }
            }
            do {
                let file = try SpectrumFile.read(bytes, named: name)
                #expect(!file.spectra.isEmpty)
                for spectrum in file.spectra {
                    #expect(Regridder.regrid(spectrum).intensities.allSatisfy { $0.isFinite })
                }
                reads += 1
            } catch {
                #expect(error.file == name && !error.reason.isEmpty)
            }
        }
        #expect(reads > 0 && reads < 400)
    }

    @Test func garbageIsRefused() {
        var state: UInt64 = 99
        for length in [1, 2, 17, 300, 5000] {
            for _ in 0..<40 {
                let bytes = (0..<length).map { _ -> UInt8 in
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return UInt8(truncatingIfNeeded: state >> 40)
                }
                for name in ["a.vms", "a.csv", "a.xy", "a"] {
                    #expect(throws: SpectrumFileError.self) { try SpectrumFile.read(bytes, named: name) }
                }
            }
        }
    }
}
