/// One dead letter: `run/<run>/dead/`.
public struct DeadEvent: Hashable, Sendable {
    /// The number of the message in its topic, from 1.
    public var n: Int
    /// The collector's start.
    public var epoch: String
    /// The dead letter.
    public var letter: DeadLetter

    /// A dead letter, published.
    public init(n: Int, epoch: String, letter: DeadLetter) {
        self.n = n
        self.epoch = epoch
        self.letter = letter
    }
}

extension DeadEvent: WireObject {
    /// Reads the members of the event.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            n: try object.required("n").integer(),
            epoch: try object.required("epoch").string(bytes: 1...Limits.identityBytes),
            letter: try DeadLetter(object))
    }

    /// Writes the members of the event.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("n", n)
        writer.field("epoch", epoch)
        letter.writeMembers(to: &writer)
    }
}
