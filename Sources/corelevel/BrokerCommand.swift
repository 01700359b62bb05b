import ArgumentParser
import Broker
import ClusterProtocol
import Foundation
import Logging
import Supervisor
import ZeroMQ

/// `corelevel broker`: the one process that knows all jobs.
struct BrokerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "broker",
        abstract: "Run the broker: it journals jobs, leases them to workers, and hands results to the collector.",
        discussion: """
            Prints one line of JSON on standard output once it serves. SIGTERM writes what is to be written and ends; \
            accepted jobs stay in the journal and go on with the next start. A second SIGTERM ends at once, and \
            nothing that was accepted is lost either way.
            """)

    @Option(help: "The directory of the journal; made if it is not there.")
    var data: String

    @Option(help: "Base port; 0 takes six free ports in a row.")
    var basePort = SocketRole.defaultBasePort

    @Option(help: "Address to listen on: of this machine only, until peers can prove who they are.")
    var bind = "127.0.0.1"

    func run() async throws {
        var configuration = BrokerConfiguration(dataDirectory: data)
        configuration.basePort = basePort
        configuration.bindAddress = bind
        let broker: Broker
        let endpoints: Endpoints
        // Each peer takes a descriptor; without one to spare nobody new can connect.
        DescriptorLimit.raise()
        do {
            broker = try Broker(configuration: configuration, logger: .standardError("broker"))
            endpoints = try await broker.start()
        } catch let error as BrokerError where error.isUsage {
            throw ExitStatus.report(error, as: ExitStatus.usage)
        } catch let error as ZeroMQError {
            throw ExitStatus.report(error, as: ExitStatus.unavailable)
        } catch {
            throw ExitStatus.report(error, as: ExitStatus.systemError)
        }
        let signals = await StopSignals.onFirst { await broker.stop() }
        try? Self.readyLine(endpoints, epoch: broker.epochName).announce()
        await broker.stopped()
        signals.cancel()
    }

    private static func readyLine(_ endpoints: Endpoints, epoch: String) -> ReadyLine {
        var line = ReadyLine()
        line.role = "broker"
        line.submit = endpoints[.submit]
        line.ingest = endpoints[.ingest]
        line.work = endpoints[.work]
        line.collect = endpoints[.collect]
        line.admin = endpoints[.admin]
        line.epoch = epoch
        line.pid = ProcessInfo.processInfo.processIdentifier
        return line
    }
}
