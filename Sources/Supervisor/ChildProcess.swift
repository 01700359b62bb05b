import Dispatch
import Foundation
import Synchronization

/// One running child: started with the read end of a pipe as standard input, so that it ends when this process does.
final class ChildProcess: Sendable {
    /// Process number while it runs, and afterwards.
    let pid: Int32
    private let process: Process
    private let lifeline: Pipe
    private let lines: AsyncStream<String>
    private let exit: AsyncStream<Int32>

    /// Starts `executable` with `arguments`; its standard error is ours, its standard output is read line by line.
    init(executable: URL, arguments: [String]) throws {
        let process = Process()
        let lifeline = Pipe()
        let output = Pipe()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging([Lifeline.variable: "1"]) { _, new in new }
        process.standardInput = lifeline.fileHandleForReading
        process.standardOutput = output

        let (lines, lineSink) = AsyncStream.makeStream(of: String.self)
        let buffer = Mutex(Data())
        output.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty {
                handle.readabilityHandler = nil
                lineSink.finish()
                return
            }
            buffer.withLock { pending in
                pending.append(data)
                while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                    lineSink.yield(String(decoding: pending[pending.startIndex..<end], as: UTF8.self))
                    pending = Data(pending[(end + 1)...])
                }
            }
        }
        let (exit, exitSink) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { ended in
            exitSink.yield(Self.status(of: ended))
            exitSink.finish()
        }
        try process.run()
        // Ours must be the only write end, or the child would outlive a killed parent.
        try lifeline.fileHandleForReading.close()

        self.process = process
        self.lifeline = lifeline
        self.lines = lines
        self.exit = exit
        pid = process.processIdentifier
    }

    /// The first line of standard output, or nil if the child ended without one.
    func readyLine() async -> String? {
        for await line in lines { return line }
        return nil
    }

    /// Waits for the end and returns the exit status, 128 + signal for one that was killed; one caller at a time.
    func exitStatus() async -> Int32 {
        for await status in exit { return status }
        return Self.status(of: process)
    }

    private static func status(of process: Process) -> Int32 {
        (process.terminationReason == .uncaughtSignal ? 128 : 0) + process.terminationStatus
    }

    func signal(_ number: Int32) {
        if process.isRunning { kill(pid, number) }
    }
}
