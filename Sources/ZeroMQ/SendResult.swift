/// What became of a message that was to be sent; all of it or nothing, never some of its frames.
public enum SendResult: Sendable {
    /// libzmq has taken it over. It may still be lost with the connection: acknowledge in the application.
    case sent

    /// No peer can take it now: at its high water mark, or not connected. Try again later, or give up.
    case wouldBlock

    /// The addressed peer of a router is gone.
    case unroutable
}
