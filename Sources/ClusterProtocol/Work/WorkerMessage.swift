/// What a worker says to the broker: section 6 of the specification.
public enum WorkerMessage: Hashable, Sendable {
    /// The first message on a new socket.
    case ready(WorkerReady)
    /// An answer; its lines are the next frame.
    case result(WorkerResult)
    /// No answer.
    case failed(WorkerFailure)
    /// These leases are given back untouched.
    case returned(leases: [Int])
    /// All leases it holds, and those being computed now.
    case heartbeat(held: [Int], executing: [Int])
    /// The last message.
    case goodbye

    /// Reads a header.
    public init(_ header: UnsafeRawBufferPointer) throws(ProtocolError) {
        let object = try JSONObject(header)
        try object.checkVersion()
        let opValue = try object.required("op")
        let op = try opValue.view()
        if op == "result" {
            self = .result(try WorkerResult(object))
        } else if op == "heartbeat" {
            self = .heartbeat(
                held: try object.required("held").integers(), executing: try object.required("executing").integers())
        } else if op == "failed" {
            self = .failed(try WorkerFailure(object))
        } else if op == "return" {
            self = .returned(leases: try object.required("leases").integers())
        } else if op == "ready" {
            self = .ready(try WorkerReady(object))
        } else if op == "goodbye" {
            self = .goodbye
        } else {
            throw opValue.unknownOperation()
        }
    }

    /// The header frame.
    public func encoded() -> [UInt8] {
        switch self {
        case .ready(let ready): JSONWriter.header("ready") { ready.writeMembers(to: &$0) }
        case .result(let result): JSONWriter.header("result") { result.writeMembers(to: &$0) }
        case .failed(let failure): JSONWriter.header("failed") { failure.writeMembers(to: &$0) }
        case .returned(let leases): JSONWriter.header("return") { $0.field("leases", leases) }
        case .heartbeat(let held, let executing):
            JSONWriter.header("heartbeat") {
                $0.field("held", held)
                $0.field("executing", executing)
            }
        case .goodbye: JSONWriter.header("goodbye")
        }
    }
}
