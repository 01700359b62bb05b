import ArgumentParser
import Client

/// `corelevel dead`: jobs that were given up, with the evidence.
struct DeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead", abstract: "List, show, requeue or purge dead letters.",
        subcommands: [List.self, Show.self, Requeue.self, Purge.self], defaultSubcommand: List.self)

    /// Which dead letters an order is for.
    struct Selection: ParsableArguments {
        @Option(help: "Only those of this run.") var run: String?
        @Option(help: "Only this job of the run.") var job: String?

        func validate() throws {
            if job != nil, run == nil { throw ValidationError("--job needs --run.") }
        }

        func names() throws -> (run: Name?, job: Name?) {
            (try run.map { try Name($0, as: .run) }, try job.map { try Name($0, as: .job) })
        }
    }

    /// All dead letters.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List dead letters.")

        @OptionGroup var at: BrokerOption
        @Option(help: "Only those of this run.") var run: String?
        @Flag(help: "Print one JSON object for each.") var json = false

        func run() async throws {
            try await at.withClient { client in
                let letters = try await client.deadLetters(of: try run.map { try Name($0, as: .run) })
                if letters.isEmpty, !json { print("no dead letters") }
                for letter in letters {
                    if json {
                        printJSON(letter)
                    } else {
                        print("\(letter.id)  after \(letter.attempts.counting("attempt")): \(letter.error)")
                    }
                }
            }
        }
    }

    /// One dead letter with its job's header.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a dead letter and the header of its job as it was submitted.")

        @OptionGroup var at: BrokerOption
        @Option(help: "The run.") var run: String
        @Option(help: "The job.") var job: String

        func run() async throws {
            try await at.withClient { client in
                let id = JobID(run: try Name(run, as: .run), job: try Name(job, as: .job))
                let (letter, header, frames) = try await client.deadLetter(id)
                printJSON(letter)
                print(String(decoding: header, as: UTF8.self))
                print("\(frames.count) frames of \(frames.map { "\($0.count)" }.joined(separator: ", ")) bytes")
            }
        }
    }

    /// Another chance.
    struct Requeue: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Give dead letters another five attempts.")

        @OptionGroup var at: BrokerOption
        @OptionGroup var selection: Selection

        func run() async throws {
            try await at.withClient { client in
                let (run, job) = try selection.names()
                print("requeued \(try await client.requeueDead(run: run, job: job))")
            }
        }
    }

    /// The end of the matter.
    struct Purge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Cancel dead letters: their spectra are not kept.")

        @OptionGroup var at: BrokerOption
        @OptionGroup var selection: Selection
        @Flag(help: "Those of every run.") var all = false

        func validate() throws {
            guard all == (selection.run == nil) else {
                throw ValidationError("Give --run, or --all for the dead letters of every run.")
            }
        }

        func run() async throws {
            try await at.withClient { client in
                let (run, job) = try selection.names()
                print("purged \(try await client.purgeDead(run: run, job: job))")
            }
        }
    }
}
