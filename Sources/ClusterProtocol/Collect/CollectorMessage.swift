/// What a collector says to the broker: section 7 of the specification.
public enum CollectorMessage: Hashable, Sendable {
    /// The first message on a new socket.
    case open(CollectorOpen)
    /// These deliveries are committed and synced.
    case stored(deliveries: [Int])
    /// A delivery cannot be stored: the job is dead with this evidence.
    case rejected(delivery: Int, error: String)
    /// The answer to a query: the frames behind this header go to the client as they are.
    case answer(query: Int)
    /// The collector lives.
    case heartbeat
    /// The last message.
    case goodbye

    /// Reads a header.
    public init(_ header: UnsafeRawBufferPointer) throws(ProtocolError) {
        let object = try JSONObject(header)
        try object.checkVersion()
        let opValue = try object.required("op")
        switch try opValue.string() {
        case "stored": self = .stored(deliveries: try object.required("deliveries").integers())
        case "heartbeat": self = .heartbeat
        case "answer": self = .answer(query: try object.required("query").integer())
        case "rejected":
            self = .rejected(
                delivery: try object.required("delivery").integer(),
                error: try object.required("error").string(bytes: 0...Limits.errorTextBytes))
        case "open": self = .open(try CollectorOpen(object))
        case "goodbye": self = .goodbye
        default: throw opValue.unknownOperation()
        }
    }

    /// The header frame.
    public func encoded() -> [UInt8] {
        switch self {
        case .open(let open): JSONWriter.header("open") { open.writeMembers(to: &$0) }
        case .stored(let deliveries): JSONWriter.header("stored") { $0.field("deliveries", deliveries) }
        case .rejected(let delivery, let error):
            JSONWriter.header("rejected") {
                $0.field("delivery", delivery)
                $0.field("error", error)
            }
        case .answer(let query): JSONWriter.header("answer") { $0.field("query", query) }
        case .heartbeat: JSONWriter.header("heartbeat")
        case .goodbye: JSONWriter.header("goodbye")
        }
    }
}
