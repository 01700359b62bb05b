import CZeroMQ
import Glibc

/// Subscriptions of an xpub whose owner decides what each of them gets: libzmq's ZMQ_XPUB_MANUAL.
///
/// A subscription message then changes nothing by itself. ``admit(_:)`` and ``dismiss(_:)`` act for the peer whose
/// message was received last, so they belong right behind that receive.
extension Socket {
    /// Makes the owner responsible for all subscriptions; before bind or connect, on an xpub only.
    public func decideSubscriptions() throws(ZeroMQError) {
        precondition(kind == .xpub, "only an xpub hears of subscriptions")
        try core.handle.set(ZMQ_XPUB_MANUAL, Int32(1))
    }

    /// Sends the peer whose message was received last everything that begins with `topic`.
    public func admit(_ topic: [UInt8]) throws(ZeroMQError) {
        try change(ZMQ_SUBSCRIBE, topic)
    }

    /// Takes from the peer whose message was received last what ``admit(_:)`` gave.
    public func dismiss(_ topic: [UInt8]) throws(ZeroMQError) {
        try change(ZMQ_UNSUBSCRIBE, topic)
    }

    private func change(_ option: Int32, _ topic: [UInt8]) throws(ZeroMQError) {
        guard topic.withUnsafeBytes({ zmq_setsockopt(core.handle.pointer, option, $0.baseAddress, $0.count) }) == 0
        else { throw ZeroMQError(errno, .setOption) }
    }
}
