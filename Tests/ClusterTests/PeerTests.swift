import Foundation
import Supervisor
import TestSupport
import Testing

/// Peers in another language, written from the specification alone, against a running cluster.
@Suite(.serialized)
struct PeerTests {
    private struct Needs {
        let corelevel: URL
        let python: URL

        init() throws {
            corelevel = try #require(Program.corelevel, "needs the corelevel executable: run deploy/test.sh")
            python = try #require(Program.python, "needs a Python with pyzmq: run deploy/test.sh")
        }

        /// Runs a script of the repository to its end.
        func run(_ script: String, _ arguments: String...) async throws -> Program.Outcome {
            try await Program.run(
                python, [Program.packageRoot.appendingPathComponent(script).path] + arguments)
        }
    }

    @Test("malformed input over every socket is answered, counted, and survived")
    func hostile() async throws {
        let needs = try Needs()
        let cluster = try await RunningCluster(needs.corelevel)
        let outcome = try await needs.run(
            "Tests/Interop/hostile.py", "--base", cluster.broker, "--frames", "100000")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(await cluster.end() == 0)
    }

    @Test("every vector of the specification is answered by a running broker as it says")
    func vectors() async throws {
        let needs = try Needs()
        let cluster = try await RunningCluster(needs.corelevel)
        let outcome = try await needs.run("protocols/vectors/replay.py", "--broker", cluster.broker)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(await cluster.end() == 0)
    }

    @Test(
        "a client of about twenty lines submits and finds every result",
        arguments: [("submit_req.py", 20), ("submit_dealer.py", 500), ("push.py", 500)])
    func clients(script: String, count: Int) async throws {
        let needs = try Needs()
        let cluster = try await RunningCluster(needs.corelevel)
        let outcome = try await needs.run(
            "protocols/python/\(script)", "--broker", cluster.broker, "--run", "peer", "--count", "\(count)")
        #expect(outcome.status == 0, "\(outcome.errors)")
        try await cluster.settle(needs.corelevel)
        #expect(await cluster.end() == 0)
        let rows = try await Program.run(
            needs.corelevel, ["results", "--data", cluster.data.path, "--run", "peer", "--json"])
        #expect(rows.output.split(separator: "\n").count == count)
    }

    @Test("a worker in Python joins beside ours and serves")
    func worker() async throws {
        let needs = try Needs()
        let cluster = try await RunningCluster(needs.corelevel)
        let python = try Program.start(
            needs.python,
            [
                Program.packageRoot.appendingPathComponent("protocols/python/worker.py").path, "--broker",
                cluster.broker,
            ])
        defer { kill(python.processIdentifier, SIGKILL) }
        var workers = 0
        while workers < 2 {
            let list = try await Program.run(needs.corelevel, ["workers", "--broker", cluster.broker, "--json"])
            workers = list.output.split(separator: "\n").count
        }
        let outcome = try await needs.run(
            "protocols/python/submit_dealer.py", "--broker", cluster.broker, "--run", "mixed", "--count", "1000")
        #expect(outcome.status == 0, "\(outcome.errors)")
        try await cluster.settle(needs.corelevel)
        let list = try await Program.run(needs.corelevel, ["workers", "--broker", cluster.broker, "--json"])
        let done = list.output.split(separator: "\n").map { $0.contains("\"done\":0,") }
        #expect(done == [false, false], "a worker did nothing: \(list.output)")
        #expect(await cluster.end() == 0)
    }
}
