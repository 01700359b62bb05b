import Foundation
import Testing
import TestSupport

/// Peers in another language, written from the specification alone, against a running cluster.
@Suite(.serialized)
struct PeerTests {
    private func needs() throws -> (corelevel: URL, python: URL) {
        let corelevel = try #require(Program.corelevel, "needs the corelevel executable: run deploy/test.sh")
        let python = try #require(Program.python, "needs a Python with pyzmq: run deploy/test.sh")
        return (corelevel, python)
    }

    private func script(_ path: String) -> String { Program.packageRoot.appendingPathComponent(path).path }

    @Test("malformed input over every socket is answered, counted, and survived")
    func hostile() async throws {
        let (corelevel, python) = try needs()
        let cluster = try await RunningCluster(corelevel)
        let outcome = try await Program.run(
            python, [script("Tests/Interop/hostile.py"), "--base", cluster.ready.submit ?? "", "--frames", "100000"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(await cluster.end() == 0)
    }
}
