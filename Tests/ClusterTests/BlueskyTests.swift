import Foundation
import TestSupport
import Testing

/// Bluesky's own dispatcher, proxy, validators and tables from PyPI against a running collector.
@Suite(.serialized)
struct BlueskyTests {
    /// What a script ends with where its packages from PyPI are not installed.
    private static let skipped: Int32 = 77

    private func pass(_ script: String, _ arguments: String...) async throws {
        let python = try #require(Program.python, "needs a Python with pyzmq: run deploy/test.sh")
        let corelevel = try #require(Program.corelevel, "needs the corelevel executable: run deploy/test.sh")
        let file = Program.packageRoot.appendingPathComponent("Tests/Interop/\(script)").path
        let outcome = try await Program.run(python, [file, "--corelevel", corelevel.path] + arguments)
        if outcome.status == Self.skipped {
            print("\(script) \(outcome.errors)")
            return
        }
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }

    @Test(
        "documents are valid, in order and those of the store",
        arguments: ["direct", "formats", "prefix", "proxy", "kill", "ends"])
    func documents(test: String) async throws {
        try await pass("bluesky_documents.py", "--only", test)
    }

    @Test("a subscriber that stands still changes nothing upstream and misses nothing")
    func rate() async throws {
        // 2,000 spectra and 30 s by hand; the machine of the tests has other things to do than to keep a rate.
        try await pass("bluesky_rate.py", "--count", "200", "--pause", "3", "--worker", "python", "--slack", "5")
    }
}
