import Foundation
import TestSupport
import Testing

/// The collector with a real soft IOC from PyPI, and a plan that acts on what it hears.
@Suite(.serialized)
struct EPICSTests {
    /// What a script ends with where its packages from PyPI are not installed.
    private static let skipped: Int32 = 77

    private func pass(_ script: String, _ arguments: [String] = [], needsCoreLevel: Bool = true) async throws {
        let python = try #require(Program.python, "needs a Python with pyzmq: run deploy/test.sh")
        let corelevel = try #require(Program.corelevel, "needs the corelevel executable: run deploy/test.sh")
        let outcome = try await Program.run(
            python,
            [Program.packageRoot.appendingPathComponent("Tests/Interop/\(script)").path]
                + (needsCoreLevel ? ["--corelevel", corelevel.path] : []) + arguments)
        if outcome.status == Self.skipped {
            print("\(script) \(outcome.errors)")
            return
        }
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }

    @Test("the record templates, the example of substitutions and the screen fit a real IOC")
    func templates() async throws {
        try await pass("epics_templates.py", needsCoreLevel: false)
    }

    @Test("records show progress and results while the IOC is there, and again when it is back")
    func puts() async throws {
        // How soon is measured where nothing else runs: 0.2 s is what the script asks for by default.
        try await pass("epics_puts.py", ["--spectra", "100", "--away", "2", "--within", "2"])
    }

    @Test("a plan reacts to a new group and to a drift, over events and over records")
    func plan() async throws {
        try await pass("plan_latency.py", ["--rounds", "1", "--within", "5"])
    }
}
