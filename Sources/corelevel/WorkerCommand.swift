import ArgumentParser
import Classifier
import ClusterProtocol
import Foundation
import Logging
import Supervisor
import Worker

/// `corelevel worker`: one worker process.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Run one worker: it computes on one core and holds nothing that cannot be computed again.",
        discussion: """
            Prints one line of JSON on standard output once its model is loaded and the broker knows it, and connects \
            for ever if the broker is away. SIGTERM finishes the batch it is at, gives the rest back, and ends.
            """)

    @Option(help: "The broker: tcp://HOST:PORT with its base port.")
    var broker: String

    @Option(help: "Model that answers: a name or a weight file.")
    var model = Model.defaultName

    func run() async throws {
        let address: BrokerAddress
        do { address = try BrokerAddress(broker) } catch { throw ExitStatus.report(error, as: ExitStatus.usage) }
        let worker: Worker
        do {
            worker = try Worker(
                WorkerConfiguration(broker: address), model: try Model.named(model), logger: .standardError("worker"))
        } catch {
            throw ExitStatus.report(error)
        }
        let signals = await StopSignals.onFirst { await worker.drain() }
        var line = ReadyLine()
        line.role = "worker"
        line.pid = ProcessInfo.processInfo.processIdentifier
        let ready = line
        do {
            try await worker.run { try? ready.announce() }
        } catch {
            throw ExitStatus.report(error, as: ExitStatus.unavailable)
        }
        signals.cancel()
    }
}
