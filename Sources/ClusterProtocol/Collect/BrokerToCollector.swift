/// What the broker says to the collector: section 7 of the specification.
public enum BrokerToCollector: Hashable, Sendable {
    /// The collector is the one.
    case welcome(CollectorWelcome)
    /// The `open` is wrong.
    case refused(PeerRefusal)
    /// A result to store; the job's header, its frames and the result lines follow.
    case deliver(Delivery)
    /// The counts of a run.
    case run(RunCounts)
    /// A dead letter.
    case dead(DeadLetter)
    /// An operator requeued or purged a dead letter.
    case revived(JobID)
    /// A job was refused on *ingest*.
    case refusal(JobRefusal)
    /// A client's `result` or `snapshot` request is the next frame.
    case query(Int)
    /// The cluster's counts.
    case cluster(ClusterCounts)
    /// The broker lives.
    case heartbeat
    /// Store what is held, say goodbye, exit.
    case drain
    /// The broker's last message, with 409 when another collector took over.
    case goodbye(Code?)
    /// The broker does not know this peer: say `open`.
    case unknown

    /// Reads a header.
    public init(_ header: UnsafeRawBufferPointer) throws(ProtocolError) {
        let object = try JSONObject(header)
        try object.checkVersion()
        let opValue = try object.required("op")
        let op = try opValue.view()
        if op == "deliver" {
            self = .deliver(try Delivery(object))
            return
        }
        switch op.text {
        case "welcome": self = .welcome(try CollectorWelcome(object))
        case "refused": self = .refused(try PeerRefusal(object))
        case "run": self = .run(try RunCounts(object))
        case "dead": self = .dead(try DeadLetter(object))
        case "revived": self = .revived(try JobID(object))
        case "refusal": self = .refusal(try JobRefusal(object))
        case "query": self = .query(try object.required("query").integer())
        case "cluster": self = .cluster(try ClusterCounts(object))
        case "heartbeat": self = .heartbeat
        case "drain": self = .drain
        case "goodbye":
            let code = try object.value("code")?.integer(in: 100...999)
            self = .goodbye(code.map(Code.init(rawValue:)))
        case "unknown": self = .unknown
        default: throw opValue.unknownOperation()
        }
    }

    /// The header frame.
    public func encoded() -> [UInt8] {
        switch self {
        case .welcome(let welcome): JSONWriter.header("welcome") { welcome.writeMembers(to: &$0) }
        case .refused(let refusal): JSONWriter.header("refused") { refusal.writeMembers(to: &$0) }
        case .deliver(let delivery): JSONWriter.header("deliver") { delivery.writeMembers(to: &$0) }
        case .run(let counts): JSONWriter.header("run") { counts.writeMembers(to: &$0) }
        case .dead(let letter): JSONWriter.header("dead") { letter.writeMembers(to: &$0) }
        case .revived(let job): JSONWriter.header("revived") { job.writeMembers(to: &$0) }
        case .refusal(let refusal): JSONWriter.header("refusal") { refusal.writeMembers(to: &$0) }
        case .query(let query): JSONWriter.header("query") { $0.field("query", query) }
        case .cluster(let counts): JSONWriter.header("cluster") { counts.writeMembers(to: &$0) }
        case .heartbeat: JSONWriter.header("heartbeat")
        case .drain: JSONWriter.header("drain")
        case .goodbye(let code): JSONWriter.header("goodbye") { $0.field("code", code?.rawValue) }
        case .unknown: JSONWriter.header("unknown")
        }
    }
}
