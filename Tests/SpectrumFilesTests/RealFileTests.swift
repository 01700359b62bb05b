import Foundation
import Spectroscopy
import SpectrumFiles
import TestSupport
import Testing

/// Files of real instruments, which are not part of the repository; `CORELEVEL_SHARED` or `../shared` has them.
@Suite(.enabled(if: Program.realSpectra != nil, "the folder of real spectra is not there: set CORELEVEL_SHARED"))
struct RealFileTests {
    private func path(_ name: String) throws -> String {
        try #require(Program.realSpectra).appendingPathComponent(name).path
    }

    private func read(_ name: String) throws -> SpectrumFile {
        try SpectrumFile.read(try path(name))
    }

    @Test(arguments: [
        ("LG4X/0-150W.vms", 1, 5), ("LG4X/C1s_sample.csv", 1, 1), ("LG4X/111216_0459_O1s.csv", 1, 1),
        ("pynxtools-xps/Cu-HHTP_0003.txt", 1, 1), ("pynxtools-xps/FeO_analyzed.vms", 1, 1),
        ("pynxtools-xps/irregular.vms", 1, 1), ("pynxtools-xps/regular.vms", 1, 1),
        ("pynxtools-xps/Ag_0001Ag__001.ibw", 1, 1), ("pynxtools-xps/In-situ_PBTTT_XPS_SPECS.xml", 1, 3),
        ("pynxtools-xps/SnO2_10nm.spe", 1, 1), ("pynxtools-xps/SnO2_10nm_1.pro", 21, 84),
        ("xpsdeeplearning/Cu(111) oxidation.vms", 5, 14), ("xpsdeeplearning/Cu_references.vms", 4, 11),
        ("xpsdeeplearning/EX491-495 Fe, Co oxide references.vms", 36, 56),
    ])
    func filesAreRead(name: String, spectra: Int, regions: Int) throws {
        let file = try read(name)
        #expect(file.spectra.count == spectra)
        #expect(file.spectra.map(\.regions.count).reduce(0, +) == regions)
    }

    @Test(arguments: [
        ("LG4X/LICENSE", "two numbers"), ("pynxtools-xps/FeO_analyzed_results.csv", "fitted peaks"),
        ("pynxtools-xps/MgFe2O4-head.xy", "Align"), ("pynxtools-xps/kratos.vms", "VAMAS"),
        ("pynxtools-xps/phi.vms", "VAMAS"),
    ])
    func othersAreRefusedInWords(name: String, word: String) throws {
        do {
            _ = try read(name)
            Issue.record("\(name) was read")
        } catch let error as SpectrumFileError {
            #expect(error.reason.contains(word) && error.line != nil)
        }
    }

    @Test func knownLinesAreWhereTheyBelong() throws {
        // Cu 2p3/2 of the metal: 932.6 eV (Seah 1989); the file's work function of 3.808 eV must not be subtracted.
        let copper = try read("xpsdeeplearning/Cu_references.vms").spectra[0].regions[0]
        let copperPeak = try #require(
            copper.intensities.indices.max { copper.intensities[$0] < copper.intensities[$1] })
        #expect(abs(copper.settings.bindingEnergyEV(at: copperPeak) - 932.6) < 0.2)
        let carbon = try read("pynxtools-xps/Cu-HHTP_0003.txt").spectra[0].regions[0]
        let carbonPeak = try #require(
            carbon.intensities.indices.max { carbon.intensities[$0] < carbon.intensities[$1] })
        #expect(abs(carbon.settings.bindingEnergyEV(at: carbonPeak) - 284.5) < 0.5)
    }

    /// Axes and ordinates agree with those of the `vamas` package of PyPI, of every file that both read and of one that
    /// the writer wrote.
    @Test(.enabled(if: Program.python != nil, "no Python with the vamas package: set CORELEVEL_PYTHON"))
    func vamasOfPyPIReadsTheSame() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let written = folder.appendingPathComponent("written.vms")
        try Data(VAMASWriter().write(try VAMASWriterTests.spectra())).write(to: written)
        let names = [
            "LG4X/0-150W.vms", "pynxtools-xps/regular.vms", "xpsdeeplearning/Cu(111) oxidation.vms",
            "xpsdeeplearning/Cu_references.vms", "xpsdeeplearning/EX491-495 Fe, Co oxide references.vms",
        ]
        let paths = try names.map { try path($0) } + [written.path]
        let dump = folder.appendingPathComponent("dump.json")
        try JSONSerialization.data(withJSONObject: try paths.map { try Self.dump($0) }).write(to: dump)
        let script = Program.packageRoot.appendingPathComponent("Tests/Interop/compare_vamas.py")
        let outcome = try await Program.run(try #require(Program.python), [script.path, dump.path])
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("91 blocks of 6 files agree"))
    }

    /// Axes and ordinates agree with igor2 and h5py of PyPI and with independent walks through the other formats.
    @Test(.enabled(if: Program.python != nil, "no Python with igor2 and h5py: set CORELEVEL_PYTHON"))
    func readersOfPyPIReadTheSame() async throws {
        let python = try #require(Program.python)
        let peers = try await Program.run(python, ["-c", "import numpy, igor2, h5py"])
        guard peers.status == 0 else {
            print("the comparison with igor2 and h5py is left out: \(peers.errors.split(separator: "\n").last ?? "")")
            return
        }
        let names = [
            "Ag_0001Ag__001.ibw", "Cu-HHTP_0003.txt", "In-situ_PBTTT_XPS_SPECS.xml", "SnO2_10nm.spe", "SnO2_10nm_1.pro",
            "regular.vms.nxs",
        ]
        let files: [[String: Any]] = try names.map { name in
            let path = try path("pynxtools-xps/" + name)
            let spectra = try SpectrumFile.read(path).spectra.map { spectrum in
                spectrum.regions.map { region -> [String: Any] in
                    [
                        "name": region.name, "kind": region.axis.kind.rawValue,
                        "energies": region.intensities.indices.map { region.axis.energyEV(at: $0) },
                        "intensities": region.intensities.map { Double($0) },
                    ]
                }
            }
            return ["path": path, "spectra": spectra]
        }
        let dump = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: dump) }
        try JSONSerialization.data(withJSONObject: files).write(to: dump)
        let script = Program.packageRoot.appendingPathComponent("Tests/Interop/compare_formats.py")
        let outcome = try await Program.run(python, [script.path, dump.path])
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("91 regions of 6 files agree"))
    }

    private static func dump(_ path: String) throws -> [String: Any] {
        var blocks: [[String: Any]] = []
        for spectrum in try SpectrumFile.read(path).spectra {
            for (block, region) in zip(spectrum.blocks, spectrum.regions) {
                blocks.append([
                    "block": block, "kind": region.axis.kind.rawValue,
                    "energies": region.intensities.indices.map { region.axis.energyEV(at: $0) },
                    "intensities": region.intensities.map { Double($0) },
                    "transmission": region.settings.transmission?.map { Double($0) } ?? [],
                    "photon_energy_eV": region.settings.photonEnergyEV ?? 0, "sample": spectrum.sample,
                ])
            }
        }
        return ["path": path, "blocks": blocks]
    }
}
