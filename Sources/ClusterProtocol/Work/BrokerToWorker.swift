/// What the broker says to a worker: section 6 of the specification.
public enum BrokerToWorker: Hashable, Sendable {
    /// Leases may come now.
    case welcome(WorkerWelcome)
    /// The `ready` is wrong.
    case refused(PeerRefusal)
    /// A job to compute; its header and frames follow.
    case lease(Lease)
    /// The broker lives.
    case heartbeat
    /// The results of these leases are no longer wanted.
    case cancel(leases: [Int])
    /// Finish or return what is held, say goodbye, exit.
    case drain
    /// The broker's last message.
    case goodbye
    /// The broker does not know this peer: forget all leases, say `ready`.
    case unknown

    /// Reads a header.
    public init(_ header: UnsafeRawBufferPointer) throws(ProtocolError) {
        let object = try JSONObject(header)
        try object.checkVersion()
        let opValue = try object.required("op")
        let op = try opValue.view()
        if op == "lease" {
            self = .lease(try Lease(object))
        } else if op == "heartbeat" {
            self = .heartbeat
        } else if op == "welcome" {
            self = .welcome(try WorkerWelcome(object))
        } else if op == "refused" {
            self = .refused(try PeerRefusal(object))
        } else if op == "cancel" {
            self = .cancel(leases: try object.required("leases").integers())
        } else if op == "drain" {
            self = .drain
        } else if op == "goodbye" {
            self = .goodbye
        } else if op == "unknown" {
            self = .unknown
        } else {
            throw opValue.unknownOperation()
        }
    }

    /// The header frame.
    public func encoded() -> [UInt8] {
        switch self {
        case .welcome(let welcome): JSONWriter.header("welcome") { welcome.writeMembers(to: &$0) }
        case .refused(let refusal): JSONWriter.header("refused") { refusal.writeMembers(to: &$0) }
        case .lease(let lease): JSONWriter.header("lease") { lease.writeMembers(to: &$0) }
        case .heartbeat: JSONWriter.header("heartbeat")
        case .cancel(let leases): JSONWriter.header("cancel") { $0.field("leases", leases) }
        case .drain: JSONWriter.header("drain")
        case .goodbye: JSONWriter.header("goodbye")
        case .unknown: JSONWriter.header("unknown")
        }
    }
}
