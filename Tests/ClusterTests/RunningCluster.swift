import Foundation
import Supervisor
import TestSupport

/// `corelevel up` as users start it, on ports of its own and a directory of its own; it does not outlive its test.
final class RunningCluster {
    let ready: ReadyLine
    let data: URL
    let pid: Int32
    private let exit: AsyncStream<Int32>
    private var hasEnded = false

    /// Starts a cluster and waits for its ready line.
    init(_ executable: URL, workers: Int = 1) async throws {
        data = FileManager.default.temporaryDirectory.appendingPathComponent("corelevel-\(UUID().uuidString)")
        let output = Pipe()
        let process = Process()
        process.executableURL = executable
        process.arguments = ["up", "--data", data.path, "--workers", "\(workers)", "--base-port", "0"]
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        let (exit, ended) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = {
            ended.yield($0.terminationStatus)
            ended.finish()
        }
        try process.run()
        self.exit = exit
        let pid = process.processIdentifier
        self.pid = pid
        // On a thread of its own: the cooperative pool has as many threads as cores, and none to wait with.
        let reading = output.fileHandleForReading
        let line = await withCheckedContinuation { (read: CheckedContinuation<Data, Never>) in
            Thread.detachNewThread {
                var line = Data()
                while !line.contains(UInt8(ascii: "\n")) {
                    let more = reading.availableData
                    if more.isEmpty { break }
                    line += more
                }
                read.resume(returning: line)
            }
        }
        guard let ready = ReadyLine(String(decoding: line, as: UTF8.self)) else {
            kill(pid, SIGKILL)
            throw ClusterDidNotStart(line: String(decoding: line, as: UTF8.self))
        }
        self.ready = ready
    }

    deinit {
        // A test that failed has not ended it, and a child that lives on would keep the test run waiting.
        if !hasEnded { kill(pid, SIGKILL) }
        try? FileManager.default.removeItem(at: data)
    }

    /// The broker's address.
    var broker: String { ready.submit ?? "" }

    /// Waits until every accepted job has ended.
    func settle(_ corelevel: URL) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < deadline {
            let queue = try await Program.run(corelevel, ["queue", "--broker", broker, "--json"]).output
            if queue.contains("\"jobs\":{\"queued\":0,\"leased\":0,\"computed\":0,") { return }
        }
        throw ClusterDidNotSettle()
    }

    /// Sends a signal to the parent, waits for its end and returns its exit status.
    func end(_ signal: Int32 = SIGTERM) async -> Int32 {
        kill(pid, signal)
        return await ended()
    }

    /// Waits for the parent's end and returns its exit status.
    func ended() async -> Int32 {
        for await status in exit {
            hasEnded = true
            return status
        }
        return -1
    }
}

struct ClusterDidNotStart: Error { let line: String }

struct ClusterDidNotSettle: Error {}
