import ArgumentParser
import Client

/// `corelevel queue`: what waits, what was refused, and the orders that change it.
struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "Show the queue; cancel jobs; drain the cluster.",
        subcommands: [Show.self, Cancel.self, Drain.self], defaultSubcommand: Show.self)

    /// Jobs, bytes, runs, the last refusals and counters.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show jobs, bytes, runs, the last refusals and counters.")

        @OptionGroup var at: BrokerOption
        @Flag(help: "Print one JSON object.") var json = false

        func run() async throws {
            try await at.withClient { client in
                let queue = try await client.queue()
                if json { printJSON(queue) } else { show(queue) }
            }
        }

        private func show(_ queue: QueueStatus) {
            let jobs = queue.jobs
            print(
                "jobs      \(jobs.queued) queued, \(jobs.leased) leased, \(jobs.computed) computed, \(jobs.dead) dead")
            let bytes = queue.bytes
            print(
                "bytes     \(bytes.queued.megabytes) of \(bytes.limit.megabytes) queued, \(bytes.memory.megabytes) in "
                    + "memory, \(bytes.journal.megabytes) of journal")
            print("collector \(queue.collector.map { "\($0.host), pid \($0.pid)" } ?? "away")")
            if queue.isDraining { print("draining: no new job is accepted") }
            for run in queue.runs {
                let expected = run.expected.map { " of \(max($0, run.accepted))" } ?? ""
                print(
                    "run       \(run.run): \(run.accepted)\(expected) accepted, \(run.stored) stored, \(run.dead) dead"
                        + (run.missing > 0 ? ", \(run.missing) numbers missing" : "")
                        + (run.refused > 0 ? ", \(run.refused) refused" : "") + (run.isClosed ? ", closed" : ""))
            }
            for refusal in queue.refusals {
                let number = refusal.seq.map { ", number \($0)" } ?? ""
                let field = refusal.error.field.map { " (\($0))" } ?? ""
                print("refused   \(refusal.run)\(number): \(refusal.error.message)\(field)")
            }
            for (name, count) in queue.counters.sorted(by: { $0.key < $1.key }) where count > 0 {
                print("counter   \(name) \(count)")
            }
        }
    }

    /// Jobs that are no longer wanted.
    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Cancel a job, or all unfinished jobs of a run.")

        @OptionGroup var at: BrokerOption
        @Option(help: "The run.") var run: String
        @Option(help: "One job of it; all unfinished ones if absent.") var job: String?

        func run() async throws {
            try await at.withClient { client in
                let name = try Name(run, as: .run)
                if let job {
                    try await client.cancel(JobID(run: name, job: try Name(job, as: .job)))
                    print("cancelled 1 job")
                } else {
                    print("cancelled \(try await client.cancel(run: name).counting("job"))")
                }
            }
        }
    }

    /// The end of the whole cluster, when all that was accepted is stored.
    struct Drain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Accept nothing new, finish everything, then end the cluster.")

        @OptionGroup var at: BrokerOption

        func run() async throws {
            try await at.withClient { client in
                try await client.drain()
                print("draining: the cluster ends when all accepted jobs have ended")
            }
        }
    }
}

extension Int {
    fileprivate var megabytes: String { "\((self + 500_000) / 1_000_000) MB" }
}
