import ArgumentParser
import ClusterProtocol
import Collector
import Foundation
import Logging
import Supervisor

/// `corelevel collector`: the collector alone.
struct CollectorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collector",
        abstract: "Run the collector: it stores results and spectra in SQLite and publishes progress.",
        discussion: """
            Prints one line of JSON on standard output once the broker knows it, and connects for ever if the broker is \
            away. SIGTERM stores what has arrived and ends.
            """)

    @Option(help: "The broker: tcp://HOST:PORT with its base port.")
    var broker: String

    @Option(help: "Directory of the results; made if it does not exist.")
    var data: String

    func run() async throws {
        let address: BrokerAddress
        do { address = try BrokerAddress(broker) } catch { throw ExitStatus.report(error, as: ExitStatus.usage) }
        do {
            let collector = try Collector(
                configuration: CollectorConfiguration(
                    broker: address, dataDirectory: URL(fileURLWithPath: data, isDirectory: true)),
                logger: .standardError("collector"))
            let signals = await StopSignals.onFirst { await collector.stop() }
            var line = ReadyLine()
            line.role = "collector"
            line.pid = ProcessInfo.processInfo.processIdentifier
            line.events = try await collector.start()
            try await collector.registered()
            try line.announce()
            try await collector.ended()
            signals.cancel()
        } catch {
            throw ExitStatus.report(error, as: ExitStatus.unavailable)
        }
    }
}
