import Foundation
import Glibc
import Synchronization
import ZeroMQ

/// How long a test waits for what should come at once before it fails.
let patienceMs = 10_000

/// Two sockets of one context, the first bound, the second connected to it.
struct SocketPair: ~Copyable {
    let bound: Socket
    let connected: Socket
    let endpoint: String

    init(
        _ boundKind: Socket.Kind, _ connectedKind: Socket.Kind, over endpoint: String = "tcp://127.0.0.1:0",
        boundOptions: SocketOptions = .init(), connectedOptions: SocketOptions = .init()
    ) throws {
        let context = try Context()
        let bound = try Socket(context, boundKind, options: boundOptions)
        let connected = try Socket(context, connectedKind, options: connectedOptions)
        let resolved = try bound.bind(endpoint)
        try connected.connect(resolved)
        self.bound = bound
        self.connected = connected
        self.endpoint = resolved
    }
}

/// Sends as soon as a peer is there.
func sendWhenConnected(_ socket: borrowing Socket, _ frames: [Frame]) throws {
    let deadline = MonotonicTime.now.advanced(by: .milliseconds(patienceMs))
    while try socket.send(frames) != .sent {
        guard MonotonicTime.now < deadline else { throw NothingHappened() }
        sched_yield()
    }
}

struct NothingHappened: Error {}

/// A folder of a test's own, for the files of `ipc://` endpoints, which libzmq leaves behind.
struct TemporaryFolder: ~Copyable {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("corelevel-\(UUID())")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}

/// The descriptors that this process has open.
func openDescriptorCount() -> Int {
    guard let folder = opendir("/proc/self/fd") else { return -1 }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    return count
}

/// Runs `body`, which may wait for others, on a thread of its own: Swift's pool has too few for that.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        do {
            try NamedThread.start("test") { continuation.resume(with: Swift.Result { try body() }) }
        } catch {
            continuation.resume(throwing: error)
        }
    }
}

/// Runs `body` on the loop's thread and waits for its result.
func on<Result: Sendable>(_ loop: PollLoop, _ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        loop.perform { continuation.resume(with: Swift.Result { try body() }) }
    }
}

extension Frame {
    /// A frame of `count` bytes that differ from those of other seeds.
    static func patterned(_ count: Int, seed: Int) -> Frame {
        let block = (0..<251).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ seed) }
        return Frame(byteCount: count) { bytes in
            for start in stride(from: 0, to: count, by: block.count) {
                let end = min(start + block.count, count)
                UnsafeMutableRawBufferPointer(rebasing: bytes[start..<end]).copyBytes(from: block.prefix(end - start))
            }
        }
    }

    /// Where the bytes lie.
    var address: UInt? { withUnsafeBytes { $0.baseAddress.map { UInt(bitPattern: $0) } } }
}

/// A number that several threads change.
final class Tally: Sendable {
    private let value = Atomic(0)

    var count: Int { value.load(ordering: .acquiring) }

    func add() { value.add(1, ordering: .acquiringAndReleasing) }
}

/// A socket in a class, for closures that are called more than once.
final class SharedSocket {
    let socket: Socket

    init(_ context: Context, _ kind: Socket.Kind) throws {
        socket = try Socket(context, kind)
    }
}
