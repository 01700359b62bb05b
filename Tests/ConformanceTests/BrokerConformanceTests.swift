import Broker
import ClusterProtocol
import Conformance
import Foundation
import Logging
import TestSupport
import Testing

/// Our own broker under the suite that others are tested with.
@Suite struct BrokerConformanceTests {
    @Test(arguments: BrokerCases.all.map(\.id))
    func ourBrokerDoesAsSpecified(id: String) async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("conform-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        var configuration = BrokerConfiguration(dataDirectory: directory.path)
        configuration.basePort = 0
        let broker = try Broker(
            configuration: configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let endpoint = try #require(try await broker.start()[.submit])
        let one = try #require(BrokerCases.all.first { $0.id == id })
        let verdict = try await Self.onThread { try one.run(on: .broker(endpoint)) }
        #expect(verdict.violations == [])
        await broker.stop()
    }

    @Test func aBrokerThatIsNotThereIsNoVerdict() async throws {
        await #expect(throws: ConformanceError.self) {
            try await Self.onThread { try BrokerCases.all[0].run(on: .broker("tcp://127.0.0.1:1")) }
        }
    }

    @Test func casesHaveNumbersOfTheirOwn() {
        let all = (ClientCases.all + WorkerCases.all + BrokerCases.all).map(\.id)
        #expect(Set(all).count == all.count && all.count >= 50)
    }

    /// The suite waits where it is; that must not be a thread of the pool.
    static func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { done in
            Thread { done.resume(with: Result { try body() }) }.start()
        }
    }
}
