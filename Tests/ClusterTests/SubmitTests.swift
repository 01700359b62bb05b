import Foundation
import Spectroscopy
import SpectrumFiles
import TestSupport
import Testing

/// What `corelevel submit` promises of files that are submitted again, and of files that look alike.
@Suite(.serialized)
struct SubmitTests {
    private func corelevel() throws -> URL {
        try #require(Program.corelevel, "needs the corelevel executable: run deploy/test.sh")
    }

    private func simulate(_ count: Int, seed: Int, as name: String, in folder: URL) async throws -> String {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent(name).path
        let made = try await Program.run(
            try corelevel(), ["simulate", "--count", "\(count)", "--seed", "\(seed)", "--out", file])
        #expect(made.status == 0, "\(made.errors)")
        return file
    }

    private func submit(_ files: [String], as run: String, to cluster: RunningCluster) async throws -> Program.Outcome {
        try await Program.run(
            try corelevel(), ["submit"] + files + ["--run", run, "--broker", cluster.broker, "--wait", "--json"])
    }

    private func jobs(_ run: String, of cluster: RunningCluster) async throws -> [String] {
        let results = try await Program.run(
            try corelevel(), ["results", "--data", cluster.data.path, "--run", run, "--json"])
        return results.output.split(separator: "\n").compactMap { line in
            (try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["job"] as? String
        }
    }

    @Test("the same file is recognised, however its path is written and whatever comes with it")
    func sameFileAgain() async throws {
        let cluster = try await RunningCluster(try corelevel())
        let folder = cluster.data.appendingPathComponent("files")
        let file = try await simulate(12, seed: 1, as: "a.vms", in: folder)
        let other = try await simulate(2, seed: 2, as: "c.vms", in: folder)
        let first = try await submit([file], as: "same", to: cluster)
        #expect(first.status == 0, "\(first.errors)")
        let link = folder.appendingPathComponent("link.vms").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
        let roundabout = folder.path + "/../files/./a.vms"
        for files in [[roundabout], [link], [file, file], [other, file]] {
            let again = try await submit(files, as: "same", to: cluster)
            #expect(again.status == 0 && again.errors.contains("12 of them known before"), "\(again.errors)")
        }
        let jobs = try await jobs("same", of: cluster)
        #expect(jobs.count == 14 && Set(jobs).count == 14)
        let queue = try await Program.run(try corelevel(), ["queue", "--broker", cluster.broker, "--json"])
        #expect(queue.output.contains("\"expected\":14"), "\(queue.output)")
        #expect(await cluster.end() == 0)
    }

    @Test("two files of one name in one run are two files, each with its own results")
    func sameNameOtherContent() async throws {
        let cluster = try await RunningCluster(try corelevel())
        for seed in 1...2 {
            let file = try await simulate(
                1, seed: seed, as: "same.vms", in: cluster.data.appendingPathComponent("seed-\(seed)"))
            let submitted = try await submit([file], as: "one", to: cluster)
            #expect(submitted.status == 0 && submitted.output.contains("\"source\":\"\(file)\""))
        }
        #expect(Set(try await jobs("one", of: cluster)).count == 2)
        #expect(await cluster.end() == 0)
    }

    @Test("counts go to the cluster as they were measured, with their transmission, and are answered as analyze does")
    func transmission() async throws {
        let cluster = try await RunningCluster(try corelevel())
        let settings = try RegionSettings(
            name: "C 1s", axis: .uniform(startEV: 276, stepEV: 0.1, count: 200), ordinate: .counts,
            photonEnergyEV: 1486.6, transmission: (0..<200).map { 0.5 + Float($0) / 300 })
        let counts = (0..<200).map { point in
            let energyEV = settings.bindingEnergyEV(at: point)
            let lines = [(285.7, 900.0), (287.2, 300.0), (289.7, 250.0)].reduce(0) { sum, line in
                sum + line.1 * exp(-2.77 * (energyEV - line.0) * (energyEV - line.0) / 1.7)
            }
            return (Float(120 + lines) * (settings.transmission?[point] ?? 1)).rounded()
        }
        let file = cluster.data.appendingPathComponent("transmission.vms")
        try Data(VAMASWriter().write([Spectrum(regions: [Region(settings: settings, intensities: counts)])])).write(
            to: file)
        #expect(try await submit([file.path], as: "through", to: cluster).status == 0)
        let outputs = [
            try await Program.run(try corelevel(), ["analyze", file.path, "--json"]).output,
            try await Program.run(
                try corelevel(), ["results", "--data", cluster.data.path, "--run", "through", "--json"]
            ).output,
        ]
        let answers = try outputs.map { output in
            let line = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any] ?? [:]
            return line["result"] as? [String: Any] ?? line
        }
        for key in ["shift_eV", "shift_sigma_eV", "groups", "familiarity"] {
            let values = try answers.map { try #require($0[key] as? NSObject, "\(key)") }
            #expect(values[0] == values[1], "\(key)")
        }
        #expect(await cluster.end() == 0)
    }

    @Test("the same file read otherwise is refused, and gets no other's result")
    func sameKeyOtherBytes() async throws {
        let cluster = try await RunningCluster(try corelevel())
        let rows = (0..<100).map { "\(1190 + Double($0) / 10),\(1000 + 50 * ($0 % 7))" }
        let file = cluster.data.appendingPathComponent("kinetic.csv").path
        try Data((["kinetic energy (eV),counts"] + rows).joined(separator: "\n").utf8).write(
            to: URL(fileURLWithPath: file))
        let first = try await submit([file, "--photon-energy", "1486.6"], as: "one", to: cluster)
        #expect(first.status == 0, "\(first.errors)")
        let second = try await submit([file, "--photon-energy", "1490"], as: "one", to: cluster)
        #expect(second.status == 65 && second.output.isEmpty && second.errors.contains("--run"), "\(second.errors)")
        #expect(await cluster.end() == 0)
    }
}
