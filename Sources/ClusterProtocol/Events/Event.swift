/// A message on the *events* socket: section 8 of the specification.
public enum Event: Hashable, Sendable {
    /// How far a run is.
    case progress(ProgressEvent)
    /// A stored spectrum.
    case result(ResultEvent)
    /// A dead letter.
    case dead(DeadEvent)
    /// Receipts of *ingest*.
    case ingest(IngestEvent)
    /// The cluster's pulse.
    case cluster(ClusterEvent)

    /// The topic it is published under.
    public var topic: Topic {
        switch self {
        case .progress(let event): .progress(event.run)
        case .result(let event): .result(event.id.run)
        case .dead(let event): .dead(event.letter.id.run)
        case .ingest(let event): .ingest(event.run)
        case .cluster: .cluster
        }
    }

    /// The number of the message in its topic.
    public var n: Int {
        switch self {
        case .progress(let event): event.n
        case .result(let event): event.n
        case .dead(let event): event.n
        case .ingest(let event): event.n
        case .cluster(let event): event.n
        }
    }

    /// The second frame.
    public func encoded() -> [UInt8] {
        var writer = JSONWriter(capacity: 480)
        writer.beginObject()
        writer.field("v", Limits.version)
        switch self {
        case .progress(let event): event.writeMembers(to: &writer)
        case .result(let event): event.writeMembers(to: &writer)
        case .dead(let event): event.writeMembers(to: &writer)
        case .ingest(let event): event.writeMembers(to: &writer)
        case .cluster(let event): event.writeMembers(to: &writer)
        }
        writer.endObject()
        return writer.bytes
    }

    /// Reads an event from its two frames.
    public init(topic frame: UnsafeRawBufferPointer, json: UnsafeRawBufferPointer) throws(ProtocolError) {
        guard let topic = Topic(frame) else {
            throw ProtocolError(.notFound, "There is no topic \(String(decoding: frame.prefix(200), as: UTF8.self)).")
        }
        let object = try JSONObject(json, maxBytes: .max)
        try object.checkVersion()
        switch topic {
        case .progress: self = .progress(try ProgressEvent(object))
        case .result: self = .result(try ResultEvent(object))
        case .dead: self = .dead(try DeadEvent(object))
        case .ingest: self = .ingest(try IngestEvent(object))
        case .cluster: self = .cluster(try ClusterEvent(object))
        }
    }
}
