import Foundation
import Spectroscopy
import Synthesis
import Testing

@Suite("Spectral library")
struct SpectralLibraryTests {
    let builtIn: PolymerLibrary

    init() throws {
        builtIn = try PolymerLibrary.shipped
    }

    /// Calls a closure with a folder that is gone afterwards.
    func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("library-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    func write(_ text: String, _ file: String, _ folder: URL) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(file))
    }

    func samples(_ generator: MixtureGenerator, _ count: Int) -> [(spectrum: [Float], labels: [Float], shiftEV: Float)]
    {
        var generator = generator
        return (0..<count).map { _ in
            var spectrum = [Float](repeating: -1, count: generator.spectrumCount)
            var labels = [Float](repeating: -1, count: generator.labelCount)
            var spectrumSpan = spectrum.mutableSpan
            var labelSpan = labels.mutableSpan
            let shiftEV = generator.next(spectrum: &spectrumSpan, labels: &labelSpan)
            return (spectrum, labels, shiftEV)
        }
    }

    /// A Gaussian of 1.2 eV full width, point by point.
    func line(at centreEV: Double, fromEV: Double = 270, toEV: Double = 300, stepEV: Double = 0.1) -> String {
        let line = LineShape(centreEV: centreEV, fwhmEV: 1.2, lorentzianFraction: 0)
        return stride(from: fromEV, through: toEV, by: stepEV).map { "\($0) \(line.density(atEV: $0))\n" }.joined()
    }

    func faults(_ folder: URL) -> String {
        do {
            _ = try SpectralLibrary(folder: folder, functionalGroups: builtIn.functionalGroups)
            return ""
        } catch { return "\(error)" }
    }

    @Test(
        "the built-in library, written to a folder and read back, gives the same mixtures", arguments: [0.0, 3.0, 20.0])
    func roundTrip(maxShiftEV: Double) throws {
        let few = builtIn.keeping { ["PMMA", "PET", "PTFE", "PDMS", "N6"].contains($0.abbreviation) }
        try withFolder { folder in
            try SpectralLibrary(few).write(to: folder)
            let read = try SpectralLibrary(folder: folder, functionalGroups: builtIn.functionalGroups)
            #expect(read.entries.map(\.name) == few.polymers.map(\.name))
            #expect(read.entries.map(\.labels) == few.polymers.map(\.labels))
            #expect(read.name == folder.lastPathComponent)
            let original = samples(MixtureGenerator(library: few, maxShiftEV: maxShiftEV, seed: 9), 40)
            let again = samples(MixtureGenerator(spectra: read, maxShiftEV: maxShiftEV, seed: 9), 40)
            for (original, again) in zip(original, again) {
                #expect(original.shiftEV == again.shiftEV && original.labels == again.labels)
                let highest = original.spectrum.max() ?? 0
                let worst = zip(original.spectrum, again.spectrum).map { abs($0 - $1) }.max() ?? 1
                #expect(worst < 2e-6 * highest)
            }
        }
    }

    @Test("a spectrum is moved to the scale of the mixtures, brought to its steps, and zero where nothing was recorded")
    func alignment() throws {
        try withFolder { folder in
            try write(
                """
                Name,reference_eV,GROUPS,File,comment
                "poly(""a"",b)",284.85,"Alkane ; ether (aliphatic)",a.txt,x

                c,,,c.txt,
                """, "index.csv", folder)
            // Coarse steps, descending, with a heading, a negative background and a second window far away.
            let rows = line(at: 284.85, stepEV: 0.25).split(separator: "\n").reversed().joined(separator: "\r\n")
            try write("energy;counts\n# no spectrum yet\n540 -1\n539.5\t-1\n539 -1\n" + rows, "a.txt", folder)
            try write(line(at: 289.3), "c.txt", folder)
            let library = try SpectralLibrary(folder: folder, functionalGroups: builtIn.functionalGroups)
            #expect(library.entries.map(\.name) == ["poly(\"a\",b)", "c"])
            let groups = zip(builtIn.functionalGroups, library.entries[0].labels).filter(\.1).map(\.0)
            #expect(Set(groups) == ["alkane", "ether (aliphatic)"] && !library.entries[1].labels.contains(true))
            for sample in samples(MixtureGenerator(spectra: library, maxShiftEV: 0, seed: 3), 30) {
                let (area, low) = (sample.spectrum.reduce(0, +) * 0.1, sample.spectrum.min() ?? -1)
                #expect(abs(area - 1) < 1e-4 && low == 0)
                #expect(
                    sample.spectrum[..<2290].allSatisfy { $0 == 0 } && sample.spectrum[2610...].allSatisfy { $0 == 0 })
                guard sample.labels.contains(1) else { continue }
                let window = 2430..<2470
                let peak = window.max { sample.spectrum[$0] < sample.spectrum[$1] } ?? 0
                #expect(abs(40 + Double(peak) * 0.1 - 285.1) < 0.11)
            }
        }
    }

    @Test(
        "faults name the file and the line",
        arguments: [
            ("", "index.csv: is empty"),
            ("file,name\na.txt,a\n", "index.csv:1: the column groups is missing"),
            ("file,name,groups\n", "index.csv:1: no spectrum follows"),
            ("file,name,groups\n\na.txt,poly(1,4),alkane\n", "index.csv:3: 4 fields, the header has 3"),
            ("file,name,groups\na.txt,,alkane\n", "index.csv:2: the file or the name is empty"),
            ("file,name,groups\na.txt,a,\na.txt,b,\n", "index.csv:3: a.txt is listed in line 2"),
            ("file,name,groups\na.txt,a,alkane; alkan\n", "index.csv:2: “alkan” is none of the groups: alkene"),
            ("file,name,groups,reference_eV\na.txt,a,alkane,2851\n", "index.csv:2: reference_eV “2851”"),
            ("file,name,groups\nb.txt,b,alkane\n", "b.txt: cannot be read in"),
        ])
    func indexFaults(index: String, fault: String) throws {
        try withFolder { folder in
            try write(line(at: 285), "a.txt", folder)
            try write(index, "index.csv", folder)
            #expect(faults(folder).contains(fault))
        }
    }

    @Test(
        "faults of a spectrum name its line",
        arguments: [
            ("", "a.txt: has 0 points"),
            ("1 2\n2 3\n", "a.txt: has 2 points"),
            ("energy counts\n280 1\n281 x\n", "a.txt:3: “281 x” is not two numbers"),
            ("280 1 1\n281 1 1\n", "a.txt:1: “280 1 1” is not two numbers"),
            ("280 1\n281 1\n281 2\n", "a.txt:3: the energy 281.0 turns back"),
            ("280 1\n281 1\n280.5 2\n", "a.txt:3: the energy 280.5 turns back"),
            ("280 1\n281 nan\n", "a.txt:2: an energy and an intensity must be finite"),
            ("280 1\n280.00001 1\n", "a.txt:2: a step of"),
            ("1000 1\n1001 1\n1002 1\n1003 1\n1004 1\n", "a.txt: has no positive intensity between 40 and 700"),
            ("280 0\n281 0\n282 0\n283 -1\n284 0\n", "a.txt: has no positive intensity"),
        ])
    func spectrumFaults(text: String, fault: String) throws {
        try withFolder { folder in
            try write(text, "a.txt", folder)
            try write("file,name,groups\na.txt,a,alkane\n", "index.csv", folder)
            #expect(faults(folder).contains(fault))
        }
    }

    @Test("every fault of a folder is told at once, the first ten in words")
    func manyFaults() throws {
        try withFolder { folder in
            let rows = (1...12).map { "\($0).txt,p\($0),\n" }.joined()
            try write("file,name,groups\n" + rows, "index.csv", folder)
            let lines = faults(folder).split(separator: "\n")
            #expect(lines.count == 11 && lines.last == "and 2 more faults of this kind")
        }
        #expect(
            faults(URL(fileURLWithPath: "/nowhere/at/all")).contains("index.csv: cannot be read in /nowhere/at/all"))
    }
}
