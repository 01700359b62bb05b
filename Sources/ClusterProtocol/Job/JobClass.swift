/// What a publisher wants of a job: that it be done, or that its result be fresh.
public enum JobClass: Hashable, Sendable {
    /// On stable storage before it is acknowledged, never dropped.
    case complete
    /// In memory alone, newest first, dropped with a count when it is older than this.
    case live(ttlMs: Int)

    /// The time to live of a live job that names none.
    public static let defaultTTLMs = 5_000
    /// The times to live that may be asked for: an hour at most.
    public static let ttlRangeMs = 1...3_600_000

    /// How long the job is wanted; nil for one that is wanted until it is done.
    public var ttlMs: Int? {
        if case .live(let ttlMs) = self { ttlMs } else { nil }
    }

    init(_ object: JSONObject) throws(ProtocolError) {
        let value = try object.value("class")
        var isLive = false
        if let value { isLive = try value.view() == "live" }
        if let value, !isLive, try value.view() != "complete" {
            throw value.wrong("must be \"complete\", \"live\" or absent", code: .unprocessable)
        }
        let ttlValue = try object.value("ttl_ms")
        let ttlMs = try ttlValue?.integer(in: Self.ttlRangeMs)
        if isLive {
            self = .live(ttlMs: ttlMs ?? Self.defaultTTLMs)
            return
        }
        if let ttlValue {
            throw ttlValue.wrong("belongs to jobs of class live; this one is never dropped", code: .unprocessable)
        }
        self = .complete
    }

    func writeMembers(to writer: inout JSONWriter) {
        guard case .live(let ttlMs) = self else { return }
        writer.field("class", "live")
        writer.field("ttl_ms", ttlMs)
    }
}
