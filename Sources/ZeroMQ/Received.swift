/// What one look at a socket's inbox brought.
public enum Received: Sendable {
    /// Nothing is waiting.
    case nothing

    /// A whole message, for a router with the routing id first.
    case message([Frame])

    /// A message beyond the limits of the options was dropped.
    ///
    /// `head` holds its first frames, at most eight, so that the sender can be answered; the counts are of the whole.
    case overLimit(head: [Frame], frameCount: Int, byteCount: Int)
}
