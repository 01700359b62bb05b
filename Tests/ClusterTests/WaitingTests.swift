import Foundation
import Supervisor
import TestSupport
import Testing

/// Who waits in vain, or is answered by more than one model, is told.
@Suite(.serialized)
struct WaitingTests {
    @Test("a worker whose broker is not there says so, and goes on trying")
    func noBroker() async throws {
        let executable = try #require(Program.corelevel, "needs the corelevel executable: run deploy/test.sh")
        let said = try await Program.run(
            URL(fileURLWithPath: "/usr/bin/timeout"),
            ["30", executable.path, "worker", "--broker", "tcp://127.0.0.1:9", "--model", "benchmark"])
        // Still there when its time was up.
        #expect(said.status == 124)
        #expect(said.errors.split(separator: "\n").count == 1)
        #expect(said.errors.contains("no broker answers at tcp://127.0.0.1:9"))
    }

    @Test("whoever waits or watches is told once that no worker is there")
    func noWorker() async throws {
        let executable = try #require(Program.corelevel, "needs the corelevel executable: run deploy/test.sh")
        let cluster = try await RunningCluster(executable)
        let workers = try #require(cluster.ready.pids?.workers)
        // Stopped, it is lost to the broker, and the parent starts no other.
        for worker in workers { kill(worker, SIGSTOP) }
        defer { for worker in workers { kill(worker, SIGCONT) } }
        let file = cluster.data.appendingPathComponent("a.vms").path
        _ = try await Program.run(executable, ["simulate", "--count", "1", "--out", file])
        for command in [["submit", file, "--wait"], ["watch"]] {
            let said = try await Program.run(
                URL(fileURLWithPath: "/usr/bin/timeout"),
                ["30", executable.path] + command + ["--run", "lonely", "--broker", cluster.broker])
            #expect(said.status == 124)
            #expect(said.errors.components(separatedBy: "no worker is connected").count == 2, "\(said.errors)")
        }
        for worker in workers { kill(worker, SIGCONT) }
        #expect(await cluster.end() == 0)
    }

    @Test("results say where a run was answered by more than one model")
    func twoModels() async throws {
        let executable = try #require(Program.corelevel, "needs the corelevel executable: run deploy/test.sh")
        let cluster = try await RunningCluster(executable)
        let workers = try #require(cluster.ready.pids?.workers)
        func submit(_ count: Int) async throws {
            let file = cluster.data.appendingPathComponent("\(count).vms").path
            _ = try await Program.run(executable, ["simulate", "--count", "\(count)", "--out", file])
            let submitted = try await Program.run(
                executable, ["submit", file, "--run", "mixed", "--broker", cluster.broker, "--wait"])
            #expect(submitted.status == 0, "\(submitted.errors)")
        }
        try await submit(1)
        let results = ["results", "--data", cluster.data.path, "--run", "mixed"]
        #expect(try await Program.run(executable, results).errors.isEmpty)
        for worker in workers { kill(worker, SIGSTOP) }
        defer { for worker in workers { kill(worker, SIGCONT) } }
        let other = try Program.start(executable, ["worker", "--model", "benchmark", "--broker", cluster.broker])
        defer { other.terminate() }
        try await submit(2)
        #expect(try await Program.run(executable, results).errors.contains("2 models: benchmark 2, default 1"))
        other.terminate()
        for worker in workers { kill(worker, SIGCONT) }
        #expect(await cluster.end() == 0)
    }
}
