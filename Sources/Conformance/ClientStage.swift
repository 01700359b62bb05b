import ClusterProtocol
import Foundation
import ZeroMQ

/// A broker that plays a script to a client, and notes what the client does wrong.
///
/// It belongs to one thread.
final class ClientStage {
    /// What is known of one job.
    struct Seen {
        /// The how-manieth job it was, from 1.
        let order: Int
        let bytes: [[UInt8]]
        var arrivals = 0
        var questions = 0
        var isAccepted = false
        var isRefused = false
        /// Before this it must not come again, nor be asked for.
        var submitNotBefore: MonotonicTime?
        var resultNotBefore: MonotonicTime?
    }

    private struct HeldAnswer {
        let due: MonotonicTime
        let frames: [Frame]
        let job: Name
    }

    let script: ClientScript
    let run: Name = "conformance"
    private let context: Context
    private var socket: Socket
    let endpoint: String
    private var epoch = 1
    private(set) var seen: [Name: Seen] = [:]
    private(set) var violations: [String] = []
    private(set) var isClosed = false
    /// Jobs that wait for an answer.
    private var unanswered: Set<Name> = []
    private var held: [HeldAnswer] = []
    /// Whether the client knows its window for certain: it was told before its first job came.
    private var knowsCredit = false

    init(_ script: ClientScript) throws {
        self.script = script
        context = try Context()
        socket = try Socket(context, .router)
        endpoint = try socket.bind("tcp://127.0.0.1:*")
    }

    /// Serves until the program ends; false if it did not in time.
    func serve(_ program: ProgramUnderTest, timeoutMs: Int) throws -> Bool {
        let end = MonotonicTime.now.later(byMs: timeoutMs)
        while MonotonicTime.now < end {
            if let frames = try socket.receive(timeoutMs: held.isEmpty ? 20 : 5) {
                try take(frames)
                continue
            }
            try sendHeld()
            if program.hasEnded { return true }
        }
        return program.hasEnded
    }

    func note(_ violation: String) {
        // What is wrong once is mostly wrong everywhere.
        if violations.count < 10, !violations.contains(violation) { violations.append(violation) }
    }

    private func take(_ frames: [Frame]) throws {
        let bytes = frames.map { [UInt8]($0) }
        let envelope = bytes.dropFirst().withViews { Envelope($0).count }
        let start = 1 + envelope
        guard start < bytes.count else { return }
        let route = Array(frames[..<start])
        let request: Request
        do throws(ProtocolError) {
            request = try bytes[start].view { view throws(ProtocolError) in try Request(view, on: .submit) }
        } catch {
            note("a header was refused with \(error.code): \(error.message)")
            let reply = bytes[start].withUnsafeBytes { Reply(refusing: $0, error) }
            return try send(route, reply)
        }
        switch request.operation {
        case .submit(let header): try takeSubmit(header, request, Array(bytes[start...]), route)
        case .result(let job): try answerResult(job, request, route)
        case .hello:
            if seen.isEmpty { knowsCredit = true }
            try send(route, Reply(.hello(hello), id: request.id))
        case .status(_, let job): try answerStatus(job, request, route)
        case .runOpen(let run, let expected):
            try send(route, Reply(.runOpened(run: run, expected: expected), id: request.id))
        case .runClose:
            isClosed = true
            try send(route, Reply(.runClosed(counts), id: request.id))
        default:
            let error = ProtocolError(.unavailable, "The suite does not play this.", retryAfterMs: 100)
            try send(route, Reply(refusing: request, error))
        }
    }

    private var hello: Hello {
        Hello(
            server: "conformance", epoch: "e\(epoch)", credit: script.credit, endpoints: Endpoints([.submit: endpoint]))
    }

    private var counts: RunCounts {
        var counts = RunCounts(run: run, openedMs: 1)
        counts.stored = seen.values.count { $0.isAccepted }
        counts.accepted = counts.stored
        counts.isClosed = isClosed
        return counts
    }

    // Submits

    private func takeSubmit(_ header: JobHeader, _ request: Request, _ bytes: [[UInt8]], _ route: [Frame]) throws {
        do throws(ProtocolError) {
            try header.validate(headerBytes: bytes[0].count, frameCount: bytes.count - 1) { index in
                // The check ends before `bytes` does.
                bytes[index + 1].withUnsafeBytes { $0 }
            }
        } catch {
            note("a job was refused with \(error.code): \(error.message)")
            return try send(route, Reply(refusing: request, error))
        }
        guard header.run == run else { return note("a job came for the run \(header.run), not \(run)") }
        guard let key = header.key else {
            return note("a job came without job and seq: sent again it could not be recognised")
        }
        var job = seen[key] ?? Seen(order: seen.count + 1, bytes: bytes)
        job.arrivals += 1
        observe(job, key, bytes)
        unanswered.insert(key)
        let limit = knowsCredit ? script.credit : Self.blindWindow
        if unanswered.count > limit {
            note("\(unanswered.count) submits were unacknowledged, and the window is \(limit)")
        }
        defer { seen[key] = job }
        guard job.bytes == bytes else {
            let error = ProtocolError(.conflict, "The key has other bytes.", field: "job")
            return try answer(key, route, Reply(refusing: request, error))
        }
        if job.isAccepted { return try answer(key, route, receipt(key, header, request, isDuplicate: true)) }
        switch script.submit(job.order, job.arrivals) {
        case .accept:
            job.isAccepted = true
            try answer(key, route, receipt(key, header, request))
        case .duplicate:
            job.isAccepted = true
            try answer(key, route, receipt(key, header, request, isDuplicate: true))
        case .refuse(let error):
            if error.isRetriable {
                job.submitNotBefore = .now.later(byMs: script.holdMs + (error.retryAfterMs ?? 0) - Self.slackMs)
            } else {
                job.isRefused = true
            }
            try answer(key, route, Reply(refusing: request, error))
        case .loseAnswer:
            job.isAccepted = true
            unanswered.remove(key)
        case .lose: unanswered.remove(key)
        case .garble:
            job.isAccepted = true
            unanswered.remove(key)
            _ = try socket.send(route + [Frame("{\"code\":")])
        case .restart: try restart()
        }
    }

    /// A client may count in whole milliseconds.
    private static let slackMs = 5

    /// How many submits a client may send that has not asked for its window.
    private static let blindWindow = 64

    private func observe(_ job: Seen, _ key: Name, _ bytes: [[UInt8]]) {
        guard job.arrivals > 1 else { return }
        if job.bytes != bytes { note("job \(key) was sent again with other bytes") }
        if job.isRefused { note("job \(key) was sent again after a refusal that is final") }
        if let notBefore = job.submitNotBefore, MonotonicTime.now < notBefore {
            note("job \(key) was sent again before retry_after_ms had passed")
        }
    }

    private func receipt(_ key: Name, _ header: JobHeader, _ request: Request, isDuplicate: Bool = false) -> Reply {
        var receipt = SubmitReceipt(
            isDuplicate: isDuplicate, job: JobID(run: run, job: key), seq: header.seq, credit: script.credit)
        if header.jobClass != .complete { receipt.durable = .memory }
        return Reply(.receipt(receipt), id: request.id)
    }

    private func answer(_ key: Name, _ route: [Frame], _ reply: Reply) throws {
        let frames = route + [Frame(written(reply))]
        guard script.holdMs > 0 || script.isReversed else {
            unanswered.remove(key)
            _ = try socket.send(frames)
            return
        }
        held.append(HeldAnswer(due: .now.later(byMs: script.holdMs), frames: frames, job: key))
    }

    /// Comes when nothing more arrives: what is still to be answered is all that the client sends at once.
    private func sendHeld() throws {
        let now = MonotonicTime.now
        var due = held.filter { $0.due <= now }
        held.removeAll { $0.due <= now }
        if script.isReversed { due.reverse() }
        for answer in due {
            unanswered.remove(answer.job)
            _ = try socket.send(answer.frames)
        }
    }

    private func restart() throws {
        held = []
        unanswered = []
        epoch += 1
        socket = try Socket(context, .router)
        let end = MonotonicTime.now.later(byMs: 5_000)
        while true {
            do {
                _ = try socket.bind(endpoint)
                return
            } catch {
                // The old socket goes in the background.
                guard MonotonicTime.now < end else { throw error }
                usleep(10_000)
            }
        }
    }

    // Questions

    /// The result line of a job: text that has to be carried, not looked at.
    static func row(_ key: Name) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("shift_eV", 0.25)
        writer.field("of", key)
        writer.field("note", "é \u{1F600} \"\\\n")
        writer.endObject()
        return writer.bytes
    }

    private func answerResult(_ id: JobID, _ request: Request, _ route: [Frame]) throws {
        guard var job = seen[id.job], job.isAccepted else {
            return try send(
                route, Reply(refusing: request, ProtocolError(.notFound, "There is no such job.", field: "job")))
        }
        job.questions += 1
        if let notBefore = job.resultNotBefore, MonotonicTime.now < notBefore {
            note("the result of \(id.job) was asked for again before retry_after_ms had passed")
        }
        defer { seen[id.job] = job }
        switch script.result(job.order, job.questions) {
        case .rows:
            try send(route, Reply(.result(id, spectra: 1), id: request.id), [Frame(Self.row(id.job))])
        case .pending(let retryAfterMs):
            job.resultNotBefore = .now.later(byMs: retryAfterMs - Self.slackMs)
            try send(route, Reply(.pending(id, state: .leased, retryAfterMs: retryAfterMs), id: request.id))
        case .never(let state):
            if job.questions > 3 { note("the result of \(id.job), which is \(state), was asked for again and again") }
            let error = ProtocolError(.conflict, "There will be no result, the job is \(state).")
            try send(route, Reply(refusing: request, error, state: state))
        case .away(let retryAfterMs):
            job.resultNotBefore = .now.later(byMs: retryAfterMs - Self.slackMs)
            let error = ProtocolError(.unavailable, "The collector is away.", retryAfterMs: retryAfterMs)
            try send(route, Reply(refusing: request, error))
        }
    }

    private func answerStatus(_ job: Name?, _ request: Request, _ route: [Frame]) throws {
        guard let job else { return try send(route, Reply(.runStatus(counts), id: request.id)) }
        guard let known = seen[job], known.isAccepted else {
            return try send(
                route, Reply(refusing: request, ProtocolError(.notFound, "There is no such job.", field: "job")))
        }
        var state = JobState.stored
        switch script.result(known.order, known.questions + 1) {
        case .never(let final): state = final
        case .pending: state = .leased
        case .rows, .away: break
        }
        let status = JobStatus(id: JobID(run: run, job: job), state: state, attempts: 1, spectra: 1)
        try send(route, Reply(.jobStatus(status), id: request.id))
    }

    private func send(_ route: [Frame], _ reply: Reply, _ body: [Frame] = []) throws {
        _ = try socket.send(route + [Frame(written(reply))] + body)
    }

    private func written(_ reply: Reply) -> [UInt8] {
        let header = reply.encoded()
        guard script.hasUnknownKeys else { return header }
        // Keys of a later version, and an order of its own, in front of the others.
        return Array("{\"zz_later\":{\"a\":[1,null,\"{\"]},\"zz_more\":-1.5e3,".utf8) + header.dropFirst()
    }
}
