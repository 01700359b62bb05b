import Foundation
import Supervisor
import TestSupport
import Testing

/// What `corelevel up` promises to whoever starts it.
@Suite(.serialized)
struct UpTests {
    private func corelevel() throws -> URL {
        try #require(Program.corelevel, "needs the corelevel executable: run deploy/test.sh")
    }

    private func isRunning(_ pid: Int32) -> Bool {
        // A zombie has a state of Z and waits for nobody: the test's own process is not its parent.
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        return status.split(separator: ")").last?.first { $0 != " " } != "Z"
    }

    @Test("children end when their parent is killed")
    func parentDies() async throws {
        let cluster = try await RunningCluster(try corelevel(), workers: 2)
        let pids = try #require(cluster.ready.pids)
        let children = [pids.broker, pids.collector].compactMap(\.self) + pids.workers
        #expect(children.count == 4)
        #expect(children.allSatisfy(isRunning))
        _ = await cluster.end(SIGKILL)
        let deadline = ContinuousClock.now + .seconds(20)
        while children.contains(where: isRunning), ContinuousClock.now < deadline { await Task.yield() }
        #expect(!children.contains(where: isRunning))
    }

    @Test("a second cluster on the same directory is refused in words")
    func oneClusterPerDirectory() async throws {
        let executable = try corelevel()
        let cluster = try await RunningCluster(executable)
        let second = try await Program.run(
            executable, ["up", "--data", cluster.data.path, "--workers", "1", "--base-port", "0"])
        #expect(second.status == 69)
        #expect(second.errors.contains("Another cluster runs on"))
        #expect(await cluster.end() == 0)
    }

    @Test("an operator's drain finishes every accepted job and ends the cluster")
    func drains() async throws {
        let executable = try corelevel()
        let cluster = try await RunningCluster(executable)
        let simulated = try await Program.run(
            executable, ["simulate", "--count", "300", "--broker", cluster.broker, "--run", "last"])
        #expect(simulated.status == 0, "\(simulated.errors)")
        let drained = try await Program.run(executable, ["queue", "drain", "--broker", cluster.broker])
        #expect(drained.status == 0, "\(drained.errors)")
        #expect(await cluster.ended() == 0)
        let rows = try await Program.run(
            executable, ["results", "--data", cluster.data.path, "--run", "last", "--json"])
        #expect(rows.output.split(separator: "\n").count == 300)
    }

    @Test("an instrument file goes in and its results come out, the same as without a cluster")
    func submitEqualsAnalyze() async throws {
        let executable = try corelevel()
        let cluster = try await RunningCluster(executable)
        let file = cluster.data.appendingPathComponent("example.vms").path
        let made = try await Program.run(executable, ["simulate", "--count", "3", "--out", file])
        #expect(made.status == 0, "\(made.errors)")
        let submitted = try await Program.run(
            executable, ["submit", file, "--broker", cluster.broker, "--wait", "--json"])
        #expect(submitted.status == 0, "\(submitted.errors)")
        let analyzed = try await Program.run(executable, ["analyze", file, "--json"])
        #expect(analyzed.status == 0, "\(analyzed.errors)")
        let pairs = zip(Self.shiftsEV(submitted.output), Self.shiftsEV(analyzed.output))
        #expect(Array(pairs).count == 3)
        // The size of a batch changes the order of a sum, so the last printed digit may differ.
        for (one, other) in pairs { #expect(abs(one - other) < 0.005) }
        #expect(await cluster.end() == 0)
    }

    @Test(
        "a spectrum measured through a recorded transmission gets the same answer, too",
        .enabled(if: Program.realSpectra != nil, "the folder of real spectra is not there: set CORELEVEL_SHARED"))
    func submitEqualsAnalyzeThroughTransmission() async throws {
        let executable = try corelevel()
        let file = try #require(Program.realSpectra).appendingPathComponent("LG4X/0-150W.vms").path
        let cluster = try await RunningCluster(executable)
        let submitted = try await Program.run(
            executable, ["submit", file, "--broker", cluster.broker, "--wait", "--json"])
        #expect(submitted.status == 0, "\(submitted.errors)")
        let analyzed = try await Program.run(executable, ["analyze", file, "--json"])
        // Two shifts fit this spectrum nearly alike, so that which is named first says nothing.
        let (one, other) = (try Self.fittingShifts(submitted.output), try Self.fittingShifts(analyzed.output))
        #expect(!one.isEmpty && one.count == other.count)
        for (one, other) in zip(one, other) {
            #expect(abs(one.shiftEV - other.shiftEV) < 0.005 && abs(one.weight - other.weight) < 0.005)
        }
        #expect(await cluster.end() == 0)
    }

    /// All shifts that the only line of an output says fit, ascending, with their weights.
    private static func fittingShifts(_ output: String) throws -> [(shiftEV: Double, weight: Double)] {
        let lines = output.split(separator: "\n")
        #expect(lines.count == 1)
        let line = try #require(lines.first)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let alternatives = try #require(object["alternatives"] as? [[String: Any]])
        guard !alternatives.isEmpty else { return [(try #require(object["shift_eV"] as? Double), 1)] }
        return try alternatives.map {
            (try #require($0["shift_eV"] as? Double), try #require($0["weight"] as? Double))
        }.sorted { $0.shiftEV < $1.shiftEV }
    }

    private static func shiftsEV(_ lines: String) -> [Double] {
        lines.split(separator: "\n").compactMap { line in
            line.split(separator: "\"shift_eV\":").last.flatMap { Double($0.prefix { $0 != "," }) }
        }
    }
}
