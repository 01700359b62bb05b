import ClusterProtocol
import Foundation
import TestSupport
import Testing

@Suite("Schemas")
struct SchemaTests {
    @Test(
        "Vectors are current, and what we write passes the schemas",
        .enabled(if: Program.python != nil, "no Python with jsonschema: set CORELEVEL_PYTHON"))
    func headersPass() async throws {
        var lines: [UInt8] = []
        func add(_ schema: String, _ header: [UInt8]) {
            lines += Array(#"{"schema":"\#(schema)","header":"#.utf8) + header + Array("}\n".utf8)
        }
        for seed in UInt64(0)..<400 {
            var samples = Samples(seed: seed)
            let (request, socket) = samples.request()
            add("\(socket.name).json", request.encoded())
            add("replies.json", samples.reply().encoded())
            add("work.json", samples.workerMessage().encoded())
            add("work.json", samples.brokerToWorker().encoded())
            add("collect.json", samples.collectorMessage().encoded())
            add("collect.json", samples.brokerToCollector().encoded())
            add("events.json", samples.event().encoded())
        }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).jsonl")
        try Data(lines).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let script = Vector.folder.appendingPathComponent("make.py").path
        let outcome = try await Program.run(try #require(Program.python), ["-B", script, "--check", file.path])
        #expect(outcome.status == 0, "\(outcome.output.prefix(2000)) \(outcome.errors.suffix(2000))")
    }
}
