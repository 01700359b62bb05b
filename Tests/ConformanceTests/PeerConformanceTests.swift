import Foundation
import TestSupport
import Testing

/// The clients and workers of this repository under the suite, and ten clients and workers that each break a rule.
@Suite(.serialized)
struct PeerConformanceTests {
    private func run(_ arguments: String...) async throws -> Program.Outcome {
        let corelevel = try #require(Program.corelevel, "needs the corelevel executable: run deploy/test.sh")
        let python = try #require(Program.python, "needs a Python with pyzmq: run deploy/test.sh")
        let script = Program.packageRoot.appendingPathComponent("Tests/Interop/conform.py").path
        return try await Program.run(python, [script, "--corelevel", corelevel.path] + arguments)
    }

    @Test(
        "every implementation passes every case",
        arguments: ["swift", "python", "asyncio", "c", "java", "worker", "python-worker", "python-units"])
    func passes(implementation: String) async throws {
        let outcome = try await run(implementation)
        // Compilers are not everywhere; what is missing is said.
        if outcome.status == 77 {
            print("skipped: \(outcome.errors)")
            return
        }
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }

    @Test("each of the broken ones fails in the case of the rule it breaks")
    func broken() async throws {
        let outcome = try await run("broken")
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.split(separator: "\n").count >= 10)
    }
}
