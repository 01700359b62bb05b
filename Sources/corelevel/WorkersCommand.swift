import ArgumentParser
import Client

/// `corelevel workers`: who computes.
struct WorkersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workers", abstract: "List the workers; let one finish and leave.",
        subcommands: [List.self, Drain.self], defaultSubcommand: List.self)

    /// All workers.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the workers.")

        @OptionGroup var at: BrokerOption
        @Flag(help: "Print one JSON object for each worker.") var json = false

        func run() async throws {
            try await at.withClient { client in
                let workers = try await client.workers()
                if workers.isEmpty, !json { print("no workers") }
                for worker in workers {
                    if json {
                        printJSON(worker)
                    } else {
                        print(
                            "\(worker.worker)  \(worker.host) pid \(worker.pid)  \(worker.model)  \(worker.leases) of "
                                + "\(worker.credit) leases, \(worker.done) done, \(worker.failed) failed, seen "
                                + "\(worker.lastSeenMs) ms ago" + (worker.isDraining ? ", draining" : ""))
                    }
                }
            }
        }
    }

    /// One worker's orderly end.
    struct Drain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a worker finish what it holds and leave.")

        @OptionGroup var at: BrokerOption
        @Argument(help: "The worker, as the list names it.") var worker: String

        func run() async throws {
            try await at.withClient { try await $0.drain(worker: worker) }
        }
    }
}
