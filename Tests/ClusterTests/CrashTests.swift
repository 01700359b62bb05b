import Foundation
import TestSupport
import Testing

/// What a cluster of real processes promises, each promise tried by a peer that shares no code with it.
@Suite(.serialized)
struct CrashTests {
    @Test("kill -9 of every process in turn, and of all at once, loses and doubles nothing")
    func killEverything() async throws {
        guard let corelevel = Program.corelevel, let python = Program.python else {
            Issue.record("needs the corelevel executable and a Python with pyzmq: run deploy/test.sh")
            return
        }
        // The full campaign is the same script with --jobs 20000.
        let script = Program.packageRoot.appendingPathComponent("Tests/Interop/crash.py")
        let outcome = try await Program.run(
            python, [script.path, "--corelevel", corelevel.path, "--jobs", "4000"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        print(outcome.output)
    }
}
