import CZeroMQ
import Glibc

/// One frame of a message: bytes that never change and never move.
///
/// A large frame is received, kept, journalled by another thread and sent again to any number of peers without a copy:
/// libzmq holds a retain on it for as long as a send needs the bytes.
public final class Frame: @unchecked Sendable {
    // Unchecked: base, count and the bytes are fixed from init to deinit; ARC, which is atomic, decides the end.
    let base: UnsafeRawPointer?
    private let storage: Storage

    /// The number of bytes.
    public let count: Int

    private enum Storage {
        /// A libzmq message that owns the bytes. It lives in a heap cell since it must not be moved.
        case message(UnsafeMutablePointer<zmq_msg_t>)
        case array([UInt8])
        case allocation(UnsafeMutableRawPointer)
        case nothing
    }

    /// From this size on libzmq refers to a frame's bytes on sending; below, a copy is cheaper than the bookkeeping.
    static let sharedFromByteCount = 1024

    /// From this size on a received message is kept as it is.
    ///
    /// Smaller ones are copied out of libzmq, since they lie in its 8 kB read buffers: a 400-byte header that is kept
    /// would keep 8 kB.
    static let keptFromByteCount = 4096

    /// Takes over the bytes of an array without a copy.
    public init(_ bytes: [UInt8]) {
        count = bytes.count
        storage = bytes.isEmpty ? .nothing : .array(bytes)
        // An array of bytes is one heap object that neither moves nor changes while a reference to it is held here.
        base = bytes.isEmpty ? nil : bytes.withUnsafeBytes { $0.baseAddress }
    }

    /// Makes a frame of `count` bytes that `initialize` fills, with no other copy.
    public init<E: Error>(
        byteCount: Int, initializingWith initialize: (UnsafeMutableRawBufferPointer) throws(E) -> Void
    ) throws(E) {
        precondition(byteCount >= 0, "a frame cannot have \(byteCount) bytes")
        guard byteCount > 0 else {
            (count, storage, base) = (0, .nothing, nil)
            try initialize(UnsafeMutableRawBufferPointer(start: nil, count: 0))
            return
        }
        let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 16)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        (count, storage, base) = (byteCount, .allocation(memory), UnsafeRawPointer(memory))
        try initialize(UnsafeMutableRawBufferPointer(start: memory, count: byteCount))
    }

    /// Makes a frame with a copy of these bytes.
    public init(copying bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, bytes.count > 0 else {
            (count, storage, base) = (0, .nothing, nil)
            return
        }
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 16)
        memory.copyMemory(from: source, byteCount: bytes.count)
        (count, storage, base) = (bytes.count, .allocation(memory), UnsafeRawPointer(memory))
    }

    /// Makes a frame with the UTF-8 bytes of a text.
    public convenience init(_ text: String) {
        self.init(Array(text.utf8))
    }

    /// Takes the content out of a received message, which is left empty.
    init(taking message: UnsafeMutablePointer<zmq_msg_t>) {
        let byteCount = zmq_msg_size(message)
        guard byteCount > 0, let data = zmq_msg_data(message) else {
            (count, storage, base) = (0, .nothing, nil)
            return
        }
        if byteCount < Self.keptFromByteCount {
            let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 16)
            memory.copyMemory(from: data, byteCount: byteCount)
            (count, storage, base) = (byteCount, .allocation(memory), UnsafeRawPointer(memory))
        } else {
            let cell = UnsafeMutablePointer<zmq_msg_t>.allocate(capacity: 1)
            zmq_msg_init(cell)
            zmq_msg_move(cell, message)
            (count, storage, base) = (byteCount, .message(cell), zmq_msg_data(cell).map { UnsafeRawPointer($0) })
        }
    }

    deinit {
        switch storage {
        case .message(let cell):
            zmq_msg_close(cell)
            cell.deallocate()
        case .allocation(let memory):
            memory.deallocate()
        case .array, .nothing:
            break
        }
    }

    /// True when the frame has no bytes, as the delimiter of an envelope has.
    public var isEmpty: Bool { count == 0 }

    /// Lends the bytes for the time of the call.
    public func withUnsafeBytes<Result, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> Result
    ) throws(E) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// Fills a libzmq message that refers to this frame's bytes and retains the frame until libzmq is done with them.
    ///
    /// zmq_msg_copy is no alternative: it writes into its source, which another thread may be sending too.
    func share(into message: UnsafeMutablePointer<zmq_msg_t>) -> Int32 {
        let retained = Unmanaged.passRetained(self)
        let rc = zmq_msg_init_data(
            message, UnsafeMutableRawPointer(mutating: base), count,
            // Runs on whichever thread drops the last use, mostly libzmq's I/O thread.
            { _, frame in if let frame { Unmanaged<Frame>.fromOpaque(frame).release() } }, retained.toOpaque())
        if rc != 0 { retained.release() }
        return rc
    }
}
