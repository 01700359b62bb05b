import Foundation
import TestSupport
import Testing

/// A watched folder, a running cluster, and results out again.
@Suite(.serialized)
struct FolderTests {
    @Test("files of a watched folder are stored once, and exported with their links")
    func ingestAndExport() async throws {
        let corelevel = try #require(Program.corelevel, "needs the corelevel executable: run deploy/test.sh")
        let python = try #require(Program.python, "needs a Python: run deploy/test.sh")
        let script = Program.packageRoot.appendingPathComponent("Tests/Interop/ingest_export.py")
        let outcome = try await Program.run(python, [script.path, "--corelevel", corelevel.path])
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }
}
