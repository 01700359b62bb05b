/// The frames in front of a header on a ROUTER socket, to be sent back in front of the reply: section 2.
public struct Envelope: Hashable, Sendable {
    /// How many frames the envelope has; the header is the frame with this index.
    public let count: Int

    /// Splits a message whose routing id was taken off; `frame(i)` gives the bytes of its i-th frame.
    ///
    /// A message without an empty frame among its first four, and one more behind it, has no envelope: its first frame is
    /// the header, or what should be one, and the refusal goes back without an envelope.
    public init(frameCount: Int, frame: (Int) -> UnsafeRawBufferPointer) {
        count = Self.count(frameCount: frameCount, frame: frame)
    }

    /// Splits frames that are at hand as byte views.
    public init(_ frames: [UnsafeRawBufferPointer]) {
        self.init(frameCount: frames.count) { frames[$0] }
    }

    private static func count(frameCount: Int, frame: (Int) -> UnsafeRawBufferPointer) -> Int {
        guard frameCount > 0 else { return 0 }
        let first = frame(0)
        // A request id of ZMQ_REQ_CORRELATE has four bytes of which the first is `{` once in 256 requests.
        if first.count > 4, first[0] == UInt8(ascii: "{") { return 0 }
        for index in 0..<min(frameCount - 1, Limits.envelopeFrames) where frame(index).isEmpty { return index + 1 }
        return 0
    }
}
