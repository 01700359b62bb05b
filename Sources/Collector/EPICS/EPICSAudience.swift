import ChannelAccess
import Foundation
import Logging
import Synchronization
import ZeroMQ

/// Puts progress and results into the beamline's own IOC by Channel Access.
///
/// It has its own thread, which alone calls libca. Whatever an IOC does, the collector only leaves news in a box.
final class EPICSAudience: Audience {
    /// How long libca works at a time, and so how long news wait at most.
    private static let pumpTime: Duration = .milliseconds(20)
    /// For the last values, at the end.
    private static let lastWords: Duration = .seconds(1)
    /// For a library that does not come back, at the end.
    private static let lastResort: Duration = .seconds(3)

    let news = Newsbox {}
    private let prefix: String
    private let library: ChannelAccessLibrary
    private let logger: Logger
    private let isStopping = Mutex(false)
    private let ended = AsyncStream.makeStream(of: Never.self)

    /// An audience, or nil with the reason in the log: whoever has no EPICS library still wants results.
    init?(_ configuration: EPICSConfiguration, logger: Logger) {
        prefix = configuration.prefix
        self.logger = logger
        do {
            library = try ChannelAccessLibrary(path: configuration.libraryPath)
        } catch {
            logger.error("going on without EPICS: \(error)")
            return nil
        }
    }

    func start() async throws {
        let library = library
        try NamedThread.start("ca repeater") { library.runRepeater() }
        try NamedThread.start("epics") { self.run() }
    }

    func stop() async {
        isStopping.withLock { $0 = true }
        let timeout = Task {
            try? await Task.sleep(for: Self.lastResort)
            ended.continuation.finish()
        }
        for await _ in ended.stream {}
        timeout.cancel()
    }

    private func run() {
        defer { ended.continuation.finish() }
        library.awaitRepeater()
        do {
            let client = try PutClient(library)
            defer { client.close() }
            logger.notice("EPICS: putting into \(prefix)* with \(library.path)")
            serve(client)
        } catch {
            logger.error("going on without EPICS: \(error)")
            // The box keeps one entry for each run, and is to be emptied all the same.
            while !isStopping.withLock({ $0 }) {
                _ = news.take()
                Thread.sleep(forTimeInterval: 0.2)
            }
        }
    }

    private func serve(_ client: PutClient) {
        var view = EPICSView(prefix: prefix)
        var wasConnected = false
        var end: ContinuousClock.Instant?
        while true {
            let now = ContinuousClock.now
            let nowMs = Int(Date().timeIntervalSince1970 * 1000)
            if end == nil, isStopping.withLock({ $0 }) { end = now + Self.lastWords }
            for put in view.take(news.take(), at: now, nowMs: nowMs) {
                do {
                    try client.set(put.name, put.value, every: put.interval)
                } catch {
                    logger.warning("\(error)")
                }
            }
            for notice in client.pump(for: Self.pumpTime) { log(notice) }
            let isConnected = client.connectedCount > 0
            if wasConnected, !isConnected {
                logger.warning("EPICS: no IOC has \(prefix)* any more; going on")
            }
            wasConnected = isConnected
            if let end, client.isSettled || end < now { return }
        }
    }

    private func log(_ notice: PutClient.Notice) {
        switch notice {
        case .connected(let variable, let host):
            if variable == prefix + "State" { logger.notice("EPICS: found \(variable) at \(host)") }
            logger.debug("EPICS: found \(variable) at \(host)")
        case .disconnected(let variable): logger.debug("EPICS: lost \(variable)")
        case .refused(let variable, let reason):
            logger.warning("EPICS: \(variable) does not take a value: \(reason)")
        }
    }
}
