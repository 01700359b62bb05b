import ClusterProtocol
import Foundation
import ZeroMQ

/// Listens to the events socket of a collector under test.
actor Subscriber {
    nonisolated let loop: PollLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let context: Context
    private let socket: Socket
    private var inbox: [Event] = []
    private var waiter: CheckedContinuation<Void, Never>?

    init(_ endpoint: String, topics: [String]) throws {
        loop = try PollLoop(name: "subscriber")
        context = try Context()
        var options = SocketOptions()
        options.subscriptions = topics
        socket = try Socket(context, .sub, options: options)
        try socket.connect(endpoint)
    }

    func start() {
        loop.watch(socket) { [weak self] in self?.assumeIsolated { $0.receive() } }
    }

    func stop() {
        loop.unwatch(socket)
        loop.stop()
    }

    /// The next event that passes, within twenty seconds.
    func next(where isWanted: @Sendable (Event) -> Bool = { _ in true }) async throws -> Event {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            while !inbox.isEmpty {
                let event = inbox.removeFirst()
                if isWanted(event) { return event }
            }
            let timer = loop.schedule(after: .seconds(1)) { [weak self] in self?.assumeIsolated { $0.wake() } }
            await withCheckedContinuation { if inbox.isEmpty { waiter = $0 } else { $0.resume() } }
            loop.cancel(timer)
        }
        throw FakeBroker.Timeout(description: "the event did not come")
    }

    /// The next result.
    func result() async throws -> ResultEvent {
        while true {
            if case .result(let event) = try await next() { return event }
        }
    }

    /// The next progress that passes.
    func progress(where isWanted: @Sendable (ProgressEvent) -> Bool = { _ in true }) async throws -> ProgressEvent {
        while true {
            if case .progress(let event) = try await next(), isWanted(event) { return event }
        }
    }

    private func receive() {
        while let frames = try? socket.receive() {
            guard frames.count == 2 else { continue }
            let event = frames[0].withUnsafeBytes { topic in
                frames[1].withUnsafeBytes { json in try? Event(topic: topic, json: json) }
            }
            if let event { inbox.append(event) }
        }
        wake()
    }

    private func wake() {
        waiter?.resume()
        waiter = nil
    }
}
