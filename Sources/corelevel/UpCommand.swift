import ArgumentParser
import Foundation
import Logging
import Supervisor

/// `corelevel up`: the whole cluster on this machine.
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Run broker, collector and workers on this machine, all data under one directory.",
        discussion: """
            Prints one line of JSON on standard output once jobs can be submitted. Children that die are restarted. \
            SIGTERM or Ctrl-C finishes what is being computed and ends; a second one ends at once. Nothing accepted \
            is lost either way.
            """ + BlueskyOptions.discussion)

    @Option(help: "Directory for journal and results; made if it does not exist.")
    var data: String

    @Option(help: "Worker processes; default one per core, but one core for broker and collector.")
    var workers: Int?

    @Option(help: "First of six ports in a row on loopback; 0 looks for free ones.")
    var basePort = 5760

    @Option(help: "Model of the workers: a name or a file.")
    var model: String?

    @OptionGroup(title: "Bluesky")
    var bluesky: BlueskyOptions

    @OptionGroup(title: "EPICS")
    var epics: EPICSOptions

    func validate() throws {
        if let workers, !(1...256).contains(workers) { throw ValidationError("--workers must be 1 to 256.") }
        guard basePort == 0 || (1024...65530).contains(basePort) else {
            throw ValidationError("--base-port must be 0 or 1024 to 65530.")
        }
    }

    func run() async throws {
        let logger = Logger.standardError("up")
        var configuration = Supervisor.Configuration(
            executable: URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath(),
            dataDirectory: URL(fileURLWithPath: data, isDirectory: true),
            workers: workers ?? max(1, ProcessInfo.processInfo.activeProcessorCount - 1), basePort: basePort)
        configuration.collectorArguments += epics.arguments
        if let model { configuration.workerArguments = ["--model", model] }
        configuration.collectorArguments = bluesky.arguments

        let supervisor: Supervisor
        do {
            supervisor = try Supervisor(configuration, logger: logger)
        } catch {
            throw ExitStatus.report(error, as: ExitStatus.unavailable)
        }
        let signals = await StopSignals.onFirst {
            logger.notice("stopping; a second signal ends at once")
            await supervisor.drain()
        }
        do {
            try await supervisor.start().announce()
        } catch {
            await supervisor.kill()
            throw ExitStatus.report(error, as: ExitStatus.unavailable)
        }
        await supervisor.ended()
        signals.cancel()
    }
}
