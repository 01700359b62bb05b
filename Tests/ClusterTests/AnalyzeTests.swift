import Foundation
import TestSupport
import Testing

/// What `corelevel analyze` tells people at a terminal.
@Suite struct AnalyzeTests {
    /// A file of two columns with one line on a sloping background.
    private func file(_ name: String, lineEV: Double, in folder: URL) throws -> String {
        let rows = (-80...80).map { step in
            let distanceEV = Double(step) / 10
            let counts = 2000 + 10 * Double(step) + 8000 * exp(-2.77 * distanceEV * distanceEV / (1.3 * 1.3))
            return "\(lineEV + distanceEV),\(Int(counts))"
        }
        let url = folder.appendingPathComponent(name)
        try Data(rows.joined(separator: "\n").utf8).write(to: url)
        return url.path
    }

    @Test("a shift comes with its sigma, and a spectrum without C 1s with a warning")
    func warnings() async throws {
        let executable = try #require(Program.corelevel, "needs the corelevel executable: run deploy/test.sh")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("analyze-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, lineEV, warns) in [("C1s.csv", 285.1, false), ("O1s.csv", 532.5, true)] {
            let answer = try await Program.run(executable, ["analyze", try file(name, lineEV: lineEV, in: folder)])
            #expect(answer.status == 0, "\(answer.errors)")
            let line = try #require(answer.output.split(separator: "\n").first { $0.hasPrefix(name) })
            #expect(line.contains(" ± "), "\(line)")
            #expect(answer.output.contains("1 of 1 spectra hold no C 1s") == warns)
        }
        // Little more than one flank: C 1s was recorded all the same.
        let flank = (0...24).map { point in
            let distanceEV = 284 + Double(point) / 10 - 286.1
            return "\(284 + Double(point) / 10),\(300 + Int(8000 * exp(-2 * distanceEV * distanceEV)))"
        }
        let url = folder.appendingPathComponent("flank.csv")
        try Data(flank.joined(separator: "\n").utf8).write(to: url)
        let answer = try await Program.run(executable, ["analyze", url.path])
        #expect(
            !answer.output.contains("hold no C 1s") && answer.output.contains("show some of C 1s"), "\(answer.output)")
    }

    @Test("noise alone gets no answer, and what lies outside the training is said beside the answer")
    func outsideTheTraining() async throws {
        let executable = try #require(Program.corelevel, "needs the corelevel executable: run deploy/test.sh")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("analyze-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func analyze(_ name: String, _ lines: [String]) async throws -> Program.Outcome {
            let url = folder.appendingPathComponent(name)
            try Data(lines.joined(separator: "\n").utf8).write(to: url)
            return try await Program.run(executable, ["analyze", url.path])
        }
        var state: UInt32 = 1
        let noise = try await analyze(
            "shutter.csv",
            (0...200).map { step in
                state = state &* 1_664_525 &+ 1_013_904_223
                return "\(278 + Double(step) / 10),\(95 + state >> 8 % 11)"
            })
        #expect(noise.status == 0 && noise.output.contains("undetermined: nothing rises out of the noise"))
        let peak = (-10...10).map { "\(285 + 2 * $0),\(Int(100 + 9000 * exp(-Double($0 * $0))))" }
        let coarse = try await analyze("coarse.csv", peak)
        #expect(coarse.output.contains("(unfamiliar)") && coarse.output.contains("(steps of 2 eV, more than 1)"))
    }

    @Test("what is said of many spectra is said once, however the numbers in it differ")
    func notesByKind() async throws {
        let executable = try #require(Program.corelevel, "needs the corelevel executable: run deploy/test.sh")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("analyze-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = try [1.5, 2, 2.5].map { step in
            let url = folder.appendingPathComponent("step \(step).csv")
            let peak = (-10...10).map { "\(285 + step * Double($0)),\(Int(100 + 9000 * exp(-Double($0 * $0))))" }
            try Data(peak.joined(separator: "\n").utf8).write(to: url)
            return url.path
        }
        let answer = try await Program.run(executable, ["analyze"] + files)
        let notes = answer.output.split(separator: "\n").filter { $0.contains("outside the training") }
        #expect(notes.filter { $0.contains("steps of") }.count == 1, "\(notes)")
        #expect(notes.contains { $0.hasPrefix("3 of 3 spectra") && $0.contains("(steps of 1.5 eV, more than 1)") })
    }

    @Test("another simulator's spectra are aligned, and what instruments and people do to them is borne")
    func anotherSimulator() async throws {
        let executable = try #require(Program.corelevel, "needs the corelevel executable: run deploy/test.sh")
        let python = try #require(Program.python, "needs a Python: run deploy/test.sh")
        let script = Program.packageRoot.appendingPathComponent("Tests/Interop/another_simulator.py")
        let outcome = try await Program.run(python, [script.path, "--corelevel", executable.path])
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }
}
