import ArgumentParser
import Client
import Foundation

/// `corelevel watch`: how the runs go, live.
struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Show how runs go, live.",
        discussion: "Ends when the run that is named with --run is done; without it at Ctrl-C.")

    @OptionGroup var broker: BrokerOption

    @Option(help: "This run only.")
    var run: Name?

    @Flag(help: "Print one JSON object for each event on standard output.")
    var json = false

    func run() async throws {
        try await broker.withClient { client in
            let events = try await client.events(.init(run: run, includesCluster: true))
            // The screen has a line for it, and draws over whatever else is said.
            if !json, isatty(STDOUT_FILENO) != 0 { return await show(events) }
            await AbsenceNotice.whileWaiting(for: client, at: broker.broker) {
                json ? await list(events) : await show(events)
            }
        }
    }

    private func list(_ events: EventSubscription) async {
        for await event in events {
            print(Self.line(event))
            fflush(nil)
            if isEnd(event) { break }
        }
    }

    private enum Sight {
        case event(Event)
        case tick
    }

    private func show(_ events: EventSubscription) async {
        var screen = ProgressScreen(run: run?.text)
        let (sights, continuation) = AsyncStream<Sight>.makeStream(bufferingPolicy: .bufferingNewest(4096))
        let listening = Task {
            for await event in events { continuation.yield(.event(event)) }
            continuation.finish()
        }
        let ticking = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(200))
                continuation.yield(.tick)
            }
        }
        for await sight in sights {
            switch sight {
            case .event(let event):
                screen.take(event)
                if isEnd(event) { continuation.finish() }
            case .tick:
                screen.draw()
            }
        }
        screen.draw(isLast: true)
        listening.cancel()
        ticking.cancel()
    }

    private func isEnd(_ event: Event) -> Bool {
        if case .progress(let progress) = event { run != nil && progress.state == .done } else { false }
    }

    private static func line(_ event: Event) -> String {
        let kind =
            switch event {
            case .progress: "progress"
            case .result: "result"
            case .dead: "dead"
            case .ingest: "ingest"
            case .cluster: "cluster"
            }
        return "{\"event\":\"\(kind)\"," + String(decoding: event.encoded().dropFirst(), as: UTF8.self)
    }
}
