import ArgumentParser
import ClusterProtocol
import Conformance
import Foundation

/// `corelevel conform`: whether an implementation of the wire does as the specification says.
struct ConformCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conform",
        abstract: "Test an implementation of the wire: a client, a worker or a broker in any language.",
        discussion: """
            Every case is named by the rule of protocols/README.md that it checks. Ends with status 0 if all pass and \
            76 if one fails; 69 if there is nothing to test.
            """,
        subcommands: [
            ConformClientCommand.self, ConformWorkerCommand.self, ConformBrokerCommand.self,
            ConformExerciseCommand.self,
        ], defaultSubcommand: ConformBrokerCommand.self)
}

/// Which cases are played, and how verdicts are printed.
struct ConformOptions: ParsableArguments {
    @Option(name: .customLong("case"), help: "Play only this case; may be given several times.")
    var cases: [String] = []

    @Flag(help: "Print one JSON object for each case.")
    var json = false

    @Flag(help: "List the cases and play none.")
    var list = false

    /// Plays the cases that were asked for.
    func play(_ all: [ConformanceCase], on subject: Subject) throws {
        let known = Set(all.map(\.id))
        if let unknown = cases.first(where: { !known.contains($0) }) {
            throw ValidationError("There is no case \(unknown); --list shows them.")
        }
        var failed = 0
        let chosen = all.filter { cases.isEmpty || cases.contains($0.id) }
        for one in chosen {
            if list {
                print("\(one.id)  \(one.title)  [\(one.rule)]")
                continue
            }
            do throws(ConformanceError) {
                let verdict = try one.run(on: subject)
                if !verdict.passed { failed += 1 }
                report(verdict)
            } catch {
                throw ExitStatus.report(error, as: error.isUsage ? ExitStatus.noInput : ExitStatus.unavailable)
            }
        }
        guard !list else { return }
        if !json { print(failed == 0 ? "all \(chosen.count) cases pass" : "\(failed) of \(chosen.count) cases fail") }
        if failed > 0 { throw ExitStatus.protocolError }
    }

    private func report(_ verdict: Verdict) {
        if json {
            var writer = JSONWriter()
            writer.beginObject()
            writer.field("case", verdict.id)
            writer.field("title", verdict.title)
            writer.field("rule", verdict.rule)
            writer.field("passed", verdict.passed)
            writer.field("violations", verdict.violations)
            writer.field("ms", verdict.elapsedMs)
            writer.endObject()
            print(String(decoding: writer.bytes, as: UTF8.self))
        } else {
            print("\(verdict.passed ? "pass" : "FAIL") \(verdict.id) \(verdict.title) [\(verdict.rule)]")
            for violation in verdict.violations { print("     \(violation)") }
        }
        // Who reads along should not wait for the end.
        fflush(nil)
    }
}

extension ConformanceError {
    /// Whether what was to be tested could not even be started.
    fileprivate var isUsage: Bool {
        switch self {
        case .noCommand, .notStarted: true
        case .socket, .noBroker: false
        }
    }
}

/// `corelevel conform client`.
struct ConformClientCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client",
        abstract: "Be the broker of a client that does the exercise of section 11 of the specification.",
        discussion: """
            The program is started once for each case with CORELEVEL_BROKER, CORELEVEL_RUN, CORELEVEL_JOBS and \
            CORELEVEL_TIMEOUT_MS in its environment; {broker} in an argument becomes the endpoint.

            Example: corelevel conform client -- python3 exercise.py
            """)

    @OptionGroup var options: ConformOptions

    @Argument(parsing: .postTerminator, help: "The client and its arguments.")
    var command: [String] = []

    func run() throws { try options.play(ClientCases.all, on: .program(command)) }
}

/// `corelevel conform worker`.
struct ConformWorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Be the broker of a worker.",
        discussion: """
            The program is started once for each case with CORELEVEL_BROKER in its environment; {broker} in an \
            argument becomes the endpoint, which answers hello, with the work socket two ports above.

            Example: corelevel conform worker -- python3 worker.py --broker {broker}
            """)

    @OptionGroup var options: ConformOptions

    @Argument(parsing: .postTerminator, help: "The worker and its arguments.")
    var command: [String] = []

    func run() throws { try options.play(WorkerCases.all, on: .program(command)) }
}

/// `corelevel conform broker`.
struct ConformBrokerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "broker",
        abstract: "Be the publishers, worker and collector of a broker.",
        discussion: "The broker must have no workers and no collector of its own, and nobody's jobs.")

    @OptionGroup var options: ConformOptions

    @Option(help: "The broker's submit endpoint: tcp://HOST:PORT.")
    var endpoint = BrokerAddress().description

    func run() throws { try options.play(BrokerCases.all, on: .broker(endpoint)) }
}
