import ArgumentParser
import ClusterProtocol
import Collector
import Foundation
import Logging
import Supervisor
import ZeroMQ

/// `corelevel collector`: the collector alone.
struct CollectorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collector",
        abstract: "Run the collector: it stores results and spectra in SQLite and publishes progress.",
        discussion: """
            Prints one line of JSON on standard output once the broker knows it, and connects for ever if the broker is \
            away. SIGTERM stores what has arrived and ends.
            """ + BlueskyOptions.discussion)

    @Option(help: "The broker: tcp://HOST:PORT with its base port.")
    var broker: String

    @Option(help: "Directory of the results; made if it does not exist.")
    var data: String

    @Option(help: "Keep the spectra as measured for so many days; results are kept for ever. Default: keep all.")
    var keepSpectra: Double?

    @Option(help: "The most gigabytes the results may take; at it they wait with the broker. Default: the disk's.")
    var maxStore: Double?

    @OptionGroup(title: "Bluesky")
    var bluesky: BlueskyOptions

    @OptionGroup(title: "EPICS")
    var epics: EPICSOptions

    func validate() throws {
        if let keepSpectra, !(keepSpectra >= 0 && keepSpectra < 1e5) {
            throw ValidationError("--keep-spectra must be 0 to 100,000 days.")
        }
        if let maxStore, !(maxStore > 0 && maxStore < 1e6) {
            throw ValidationError("--max-store must be above 0 and below 1,000,000 gigabytes.")
        }
    }

    func run() async throws {
        let address: BrokerAddress
        do { address = try BrokerAddress(broker) } catch { throw ExitStatus.report(error, as: ExitStatus.usage) }
        // Each listener takes a descriptor; without one to spare nobody new can connect.
        DescriptorLimit.raise()
        do {
            var configuration = CollectorConfiguration(
                broker: address, dataDirectory: URL(fileURLWithPath: data, isDirectory: true))
            configuration.software = "corelevel \(CoreLevel.configuration.version)"
            configuration.spectraRetention = keepSpectra.map { .seconds($0 * 86_400) }
            configuration.maxStoreBytes = maxStore.map { Int($0 * 1e9) }
            configuration.bluesky = bluesky.configuration
            configuration.epics = try epics.configuration
            let collector = try Collector(configuration: configuration, logger: .standardError("collector"))
            let signals = await StopSignals.onFirst { await collector.stop() }
            var line = ReadyLine()
            line.role = "collector"
            line.pid = ProcessInfo.processInfo.processIdentifier
            line.events = try await collector.start()
            line.bluesky = await collector.blueskyEndpoint()
            try await collector.registered()
            try line.announce()
            try await collector.ended()
            signals.cancel()
        } catch let error as BlueskyError {
            throw ExitStatus.report(error, as: ExitStatus.usage)
        } catch let error as StoreError {
            throw ExitStatus.report(error, as: error.isRetriable ? ExitStatus.systemError : ExitStatus.cannotCreate)
        } catch {
            throw ExitStatus.report(error, as: ExitStatus.unavailable)
        }
    }
}
