import ClusterProtocol
import Logging
import ZeroMQ

/// Connections: made when something is asked, watched, and made anew when the broker is lost.
extension Client {
    private static let messagesPerWake = 512
    private static let watchInterval: Duration = .milliseconds(100)
    /// The id of our own hello, which opens each connection to *submit*.
    private static let greeting = RequestID("hello")

    /// Makes sure that there is a channel to a socket.
    func open(_ role: SocketRole) {
        guard channels[role] == nil else { return }
        channels[role] = Channel()
        channels[role]?.timer = loop.schedule(every: Self.watchInterval) { [weak self] in
            self?.assumeIsolated { $0.watch(role) }
        }
        connect(role)
    }

    private func connect(_ role: SocketRole) {
        guard !isClosed, channels[role]?.connection == nil else { return }
        do {
            let connection = try Connection(context, loop: loop, endpoint: configuration.broker.endpoint(role))
            channels[role]?.connection = connection
            loop.watch(
                connection.socket,
                onReadable: { [weak self] in self?.assumeIsolated { $0.receive(role) } },
                onWritable: { [weak self] in self?.assumeIsolated { $0.isWritable(role) } },
                onConnection: { [weak self] events in
                    guard events.contains(where: { $0.kind == .disconnected }) else { return }
                    self?.assumeIsolated { $0.reconnect(role) }
                })
            loop.setWriting(connection.socket, true)
        } catch {
            logger.error("\(error)")
            loop.schedule(after: .seconds(1)) { [weak self] in self?.assumeIsolated { $0.connect(role) } }
        }
    }

    /// Gives a connection up; what was under way over it goes again over the next.
    func reconnect(_ role: SocketRole) {
        guard let connection = channels[role]?.connection else { return }
        loop.unwatch(connection.socket)
        channels[role]?.connection = nil
        if role == .submit {
            window.connectionLost()
            for ticket in submits.keys { submits[ticket]?.sentAt = nil }
        }
        guard !isClosed else { return }
        loop.schedule(after: .milliseconds(Int.random(in: 10...100))) { [weak self] in
            self?.assumeIsolated { $0.connect(role) }
        }
    }

    private func isWritable(_ role: SocketRole) {
        guard let connection = channels[role]?.connection else { return }
        loop.setWriting(connection.socket, false)
        if connection.isReady {
            for (id, question) in channels[role]?.questions ?? [:] where question.sentAt == nil { put(id, on: role) }
            if role == .submit { pump() }
        } else if role == .submit {
            // Where the broker is one, it says how much it takes before anything is sent.
            connection.greetedAt = .now
            send([Frame(Request(.hello, id: Self.greeting).encoded())], over: role)
        } else {
            becomeReady(role)
        }
    }

    private func becomeReady(_ role: SocketRole) {
        channels[role]?.connection?.isReady = true
        channels[role]?.wasReady = true
        channels[role]?.waitingSince = nil
        for id in channels[role]?.questions.keys.sorted() ?? [] { put(id, on: role) }
        if role == .submit { pump() }
    }

    /// Sends if there is a connection with room.
    @discardableResult
    func send(_ frames: [Frame], over role: SocketRole) -> Bool {
        guard let connection = channels[role]?.connection else { return false }
        do {
            return try connection.send(frames)
        } catch {
            logger.warning("\(error)")
            reconnect(role)
            return false
        }
    }

    private func receive(_ role: SocketRole) {
        for _ in 0..<Self.messagesPerWake {
            guard let connection = channels[role]?.connection else { return }
            do {
                guard let frames = try connection.socket.receive() else { break }
                connection.lastHeard = .now
                guard let header = frames.first else { continue }
                let reply = try header.withUnsafeBytes { bytes throws(ProtocolError) in try Reply(bytes) }
                take(Channel.Answer(reply: reply, frames: Array(frames.dropFirst())), from: role)
            } catch let error as ProtocolError {
                logger.warning("an answer is not understood: \(error)")
            } catch {
                logger.warning("\(error)")
                reconnect(role)
            }
        }
        if role == .submit { pump() }
    }

    private func take(_ answer: Channel.Answer, from role: SocketRole) {
        let reply = answer.reply
        if case .hello(let hello) = reply.body, reply.id == Self.greeting {
            self.hello = hello
            window.grant(hello.credit)
            if channels[role]?.connection?.isReady == false { becomeReady(role) }
        } else if let id = reply.id.flatMap({ Int(String(decoding: $0.json, as: UTF8.self)) }) {
            guard let question = channels[role]?.questions.removeValue(forKey: id) else { return }
            if case .refused(let refusal) = reply.body {
                let job = refusal.request.run.flatMap { run in refusal.request.job.map { JobID(run: run, job: $0) } }
                question.answer(.failure(Self.error(refusal, job)))
            } else {
                question.answer(.success(answer))
            }
        } else {
            takeReceipt(reply)
        }
    }

    private static func error(_ refusal: Refusal, _ job: JobID?) -> ClientError {
        if let job, let state = refusal.state, refusal.request.op == "result" {
            return .noResult(job, state: state, reason: refusal.error.message)
        }
        return .refused(refusal.error, job)
    }

    /// Fails everything that waits for a socket.
    func fail(_ role: SocketRole, with error: ClientError) {
        let questions = channels[role]?.questions ?? [:]
        channels[role]?.questions = [:]
        channels[role]?.waitingSince = nil
        for question in questions.values { question.answer(.failure(error)) }
        if role == .submit { failSubmits(with: error) }
    }

    /// Looks whether the broker is there and answers.
    private func watch(_ role: SocketRole) {
        guard let channel = channels[role] else { return }
        let now = MonotonicTime.now
        let isWaiting = !channel.questions.isEmpty || (role == .submit && !window.isEmpty)
        guard let connection = channel.connection, connection.isReady else {
            if let greetedAt = channel.connection?.greetedAt, greetedAt.advanced(by: configuration.answerTimeout) <= now
            {
                reconnect(role)
            }
            guard isWaiting else {
                channels[role]?.waitingSince = nil
                return
            }
            let since = channel.waitingSince ?? now
            channels[role]?.waitingSince = since
            let limit = channel.wasReady ? configuration.patience : configuration.connectTimeout
            guard let limit, since.advanced(by: limit) <= now else { return }
            let endpoint = configuration.broker.endpoint(role)
            fail(role, with: .unreachable(endpoint: endpoint, within: limit))
            return
        }
        resendUnanswered(role, now)
    }

    /// Sends again what has waited too long for its answer; over a new connection if nothing is heard at all.
    private func resendUnanswered(_ role: SocketRole, _ now: MonotonicTime) {
        guard let connection = channels[role]?.connection else { return }
        let isLate = { [configuration] (sentAt: MonotonicTime?) in
            sentAt.map { $0.advanced(by: configuration.answerTimeout) <= now } ?? false
        }
        let questions = (channels[role]?.questions ?? [:]).filter { isLate($0.value.sentAt) }.keys.sorted()
        let lateSubmits = role == .submit ? submits.filter { isLate($0.value.sentAt) }.keys.sorted() : []
        guard !questions.isEmpty || !lateSubmits.isEmpty else { return }
        if isLate(connection.lastHeard) {
            logger.notice("the broker at \(configuration.broker) is silent; connecting anew")
            reconnect(role)
            return
        }
        for id in questions { put(id, on: role) }
        for ticket in lateSubmits { resubmit(ticket) }
    }
}
