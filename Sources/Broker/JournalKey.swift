import ClusterProtocol

/// What the journal keeps as a job's key: the client's key and what else must outlive the payload.
///
/// After a job has ended the journal remembers its key alone, and the gaps of its run are still to be found.
/// The parts are separated by U+001F, which names cannot hold.
struct JournalKey: Equatable {
    let key: Name
    let seq: Int?
    let spectra: Int

    private static let separator: Character = "\u{1F}"

    init(key: Name, seq: Int?, spectra: Int) {
        self.key = key
        self.seq = seq
        self.spectra = spectra
    }

    init(_ text: String) {
        let parts = text.split(separator: Self.separator, omittingEmptySubsequences: false)
        key = Name(checked: parts.first.map(String.init) ?? text)
        seq = parts.count > 1 ? Int(parts[1]) : nil
        spectra = parts.count > 2 ? Int(parts[2]) ?? 1 : 1
    }

    var text: String { "\(key.text)\(Self.separator)\(seq.map(String.init) ?? "")\(Self.separator)\(spectra)" }
}

extension Evidence {
    /// The evidence as it is written into a job's last record.
    func journalled(attempts: Int) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("attempts", attempts)
        writer.field("died_ms", diedMs)
        writer.field("error", error.cut(toBytes: Limits.errorTextBytes))
        writer.field("workers", workers)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Reads it back; a text of another origin is an error without workers.
    static func read(_ text: String) -> (evidence: Evidence, attempts: Int) {
        var text = text
        let parsed = text.withUTF8 { bytes -> (Evidence, Int)? in
            guard let object = try? JSONObject(UnsafeRawBufferPointer(bytes), maxBytes: .max),
                let error = try? object.required("error").string(),
                let workers = try? object.required("workers").strings(),
                let diedMs = try? object.required("died_ms").integer(),
                let attempts = try? object.required("attempts").integer()
            else { return nil }
            return (Evidence(workers: workers, error: error, diedMs: diedMs), attempts)
        }
        return parsed.map { ($0.0, $0.1) } ?? (Evidence(error: text), 0)
    }
}

extension QueueRecord {
    /// What the journal writes for it.
    var journalled: [JournalRecord] {
        switch self {
        case .attempt(let id, let attempts, let evidence):
            [
                .attempt(
                    job: id.value,
                    JournalAttempt(number: attempts, worker: evidence.workers.last ?? "", reason: evidence.error))
            ]
        case .stored(let id): [.stored(job: id.value)]
        case .dead(let id, let attempts, let evidence):
            [.dead(job: id.value, evidence: evidence.journalled(attempts: attempts))]
        case .cancelled(let id): [.cancelled(job: id.value)]
        case .revived(let id): [.requeued(job: id.value)]
        case .run(let name, let expected, let openedMs, let closedMs):
            [
                .run(
                    JournalRun(
                        name: name.text, expected: expected, openedUnixMs: Int64(openedMs),
                        closedUnixMs: closedMs.map { Int64($0) }))
            ]
        case .forgotten(let run): [.runForgotten(run: run.text)]
        }
    }
}
