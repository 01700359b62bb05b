extension JournalEntry {
    /// The kinds of record on disk; numbers are never reused (6 was a job whose time ran out).
    package enum Kind: UInt8, Sendable {
        case accepted = 1
        case attempt = 2
        case stored = 3
        case dead = 4
        case cancelled = 5
        case requeued = 7
        case run = 8
        case runForgotten = 9
        case carriedJob = 10
        case remembered = 11
        case synced = 12
    }

    package var kind: Kind {
        switch self {
        case .accepted: .accepted
        case .attempt: .attempt
        case .ended(_, .stored): .stored
        case .ended(_, .cancelled): .cancelled
        case .dead: .dead
        case .requeued: .requeued
        case .run: .run
        case .runForgotten: .runForgotten
        case .carriedJob: .carriedJob
        case .remembered: .remembered
        case .synced: .synced
        }
    }

    /// The heading of a record that has a payload after it.
    package var heading: JournalHeading? {
        switch self {
        case .accepted(let heading), .carriedJob(let heading, _, _): heading
        default: nil
        }
    }

    package func encode(to bytes: inout [UInt8]) {
        switch self {
        case .accepted(let heading):
            heading.encode(to: &bytes)
        case .attempt(let job, let attempt):
            bytes.appendInteger(job)
            attempt.encode(to: &bytes)
        case .ended(let job, _), .requeued(let job):
            bytes.appendInteger(job)
        case .dead(let job, let evidence):
            bytes.appendInteger(job)
            bytes.appendBlock(evidence.utf8)
        case .run(let run):
            run.encode(to: &bytes)
        case .runForgotten(let name):
            bytes.appendBlock(name.utf8)
        case .carriedJob(let heading, let attempts, let evidence):
            heading.encode(to: &bytes)
            bytes.appendInteger(UInt32(attempts.count))
            attempts.forEach { $0.encode(to: &bytes) }
            bytes.append(evidence == nil ? 0 : 1)
            if let evidence { bytes.appendBlock(evidence.utf8) }
        case .remembered(let run, let keys):
            bytes.appendBlock(run.utf8)
            bytes.appendInteger(UInt32(keys.count))
            keys.forEach { $0.encode(to: &bytes) }
        case .synced:
            break
        }
    }

    /// Nil when the bytes are not a record of this kind.
    package init?(kind: Kind, bytes: UnsafeRawBufferPointer) {
        var cursor = JournalCursor(bytes)
        guard let entry = Self.decode(kind, &cursor), cursor.remaining.isEmpty else { return nil }
        self = entry
    }

    private static func decode(_ kind: Kind, _ cursor: inout JournalCursor) -> JournalEntry? {
        switch kind {
        case .accepted:
            return JournalHeading(&cursor).map { .accepted($0) }
        case .attempt:
            guard let job = cursor.integer(UInt64.self), let attempt = JournalAttempt(&cursor) else {
                return nil
            }
            return .attempt(job: job, attempt)
        case .stored:
            return cursor.integer(UInt64.self).map { .ended(job: $0, .stored) }
        case .cancelled:
            return cursor.integer(UInt64.self).map { .ended(job: $0, .cancelled) }
        case .dead:
            guard let job = cursor.integer(UInt64.self), let evidence = cursor.string() else { return nil }
            return .dead(job: job, evidence: evidence)
        case .requeued:
            return cursor.integer(UInt64.self).map { .requeued(job: $0) }
        case .run:
            return JournalRun(&cursor).map { .run($0) }
        case .runForgotten:
            return cursor.string().map { .runForgotten(run: $0) }
        case .carriedJob:
            return decodeCarriedJob(&cursor)
        case .remembered:
            guard let run = cursor.string(), let count = cursor.integer(UInt32.self) else { return nil }
            var keys: [JournalRememberedKey] = []
            for _ in 0..<count {
                guard let key = JournalRememberedKey(&cursor) else { return nil }
                keys.append(key)
            }
            return .remembered(run: run, keys: keys)
        case .synced:
            return .synced
        }
    }

    private static func decodeCarriedJob(_ cursor: inout JournalCursor) -> JournalEntry? {
        guard let heading = JournalHeading(&cursor), let count = cursor.integer(UInt32.self) else {
            return nil
        }
        var attempts: [JournalAttempt] = []
        for _ in 0..<count {
            guard let attempt = JournalAttempt(&cursor) else { return nil }
            attempts.append(attempt)
        }
        switch cursor.integer(UInt8.self) {
        case 0:
            return .carriedJob(heading, attempts: attempts, evidence: nil)
        case 1:
            return cursor.string().map { .carriedJob(heading, attempts: attempts, evidence: $0) }
        default:
            return nil
        }
    }
}

extension JournalHeading {
    fileprivate func encode(to bytes: inout [UInt8]) {
        bytes.appendInteger(job)
        bytes.appendInteger(digest)
        bytes.appendInteger(UInt64(byteCount))
        bytes.appendInteger(acceptedUnixMs)
        bytes.appendBlock(run.utf8)
        bytes.appendBlock(key.utf8)
        bytes.appendBlock(annotation)
    }

    fileprivate init?(_ cursor: inout JournalCursor) {
        guard let job = cursor.integer(UInt64.self), let digest = cursor.integer(UInt64.self),
            let byteCount = cursor.integer(UInt64.self),
            let acceptedUnixMs = cursor.integer(Int64.self), let run = cursor.string(),
            let key = cursor.string(), let annotation = cursor.block()
        else { return nil }
        self.init(
            job: job, run: run, key: key, digest: digest, byteCount: Int(clamping: byteCount),
            acceptedUnixMs: acceptedUnixMs,
            annotation: [UInt8](annotation))
    }
}

extension JournalAttempt {
    fileprivate func encode(to bytes: inout [UInt8]) {
        bytes.appendInteger(Int64(number))
        bytes.appendBlock(worker.utf8)
        bytes.appendBlock(reason.utf8)
    }

    fileprivate init?(_ cursor: inout JournalCursor) {
        guard let number = cursor.integer(Int64.self), let worker = cursor.string(),
            let reason = cursor.string()
        else { return nil }
        self.init(number: Int(number), worker: worker, reason: reason)
    }
}

extension JournalRun {
    fileprivate func encode(to bytes: inout [UInt8]) {
        bytes.appendBlock(name.utf8)
        bytes.appendOptional(expected.map { Int64($0) })
        bytes.appendOptional(openedUnixMs)
        bytes.appendOptional(closedUnixMs)
    }

    fileprivate init?(_ cursor: inout JournalCursor) {
        guard let name = cursor.string(), let expected = cursor.optional(), let opened = cursor.optional(),
            let closed = cursor.optional()
        else { return nil }
        self.init(name: name, expected: expected.map { Int($0) }, openedUnixMs: opened, closedUnixMs: closed)
    }
}

extension JournalRememberedKey {
    fileprivate func encode(to bytes: inout [UInt8]) {
        bytes.appendInteger(job)
        bytes.appendInteger(digest)
        bytes.appendInteger(ending.rawValue)
        bytes.appendBlock(key.utf8)
        bytes.appendBlock(annotation)
    }

    fileprivate init?(_ cursor: inout JournalCursor) {
        guard let job = cursor.integer(UInt64.self), let digest = cursor.integer(UInt64.self),
            let ending = cursor.integer(UInt8.self).flatMap({ JournalEnding(rawValue: $0) }),
            let key = cursor.string(), let annotation = cursor.block()
        else { return nil }
        self.init(job: job, key: key, annotation: [UInt8](annotation), digest: digest, ending: ending)
    }
}

extension [UInt8] {
    fileprivate mutating func appendOptional(_ value: Int64?) {
        append(value == nil ? 0 : 1)
        if let value { appendInteger(value) }
    }
}

extension JournalCursor {
    /// The outer nil: not there; the inner: there, and nothing.
    fileprivate mutating func optional() -> Int64?? {
        switch integer(UInt8.self) {
        case 0: .some(nil)
        case 1: integer(Int64.self).map { .some($0) }
        default: nil
        }
    }
}
