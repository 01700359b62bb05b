public import Foundation
import Glibc

/// A program that a test runs: the product itself, or a peer in another language.
public enum Program {
    /// What became of a program.
    public struct Outcome: Sendable {
        /// Exit status, or 128 + signal.
        public var status: Int32
        /// What it printed on standard output.
        public var output: String
        /// What it printed on standard error.
        public var errors: String
    }

    /// The folder of the package.
    public static let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The `corelevel` executable: `CORELEVEL_EXECUTABLE`, or the one beside the running tests.
    public static var corelevel: URL? {
        let named = ProcessInfo.processInfo.environment["CORELEVEL_EXECUTABLE"].map { URL(fileURLWithPath: $0) }
        let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("corelevel")
        return [named, beside].compactMap(\.self).first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    /// The Python with pyzmq, numpy, vamas and jsonschema: `CORELEVEL_PYTHON`, or the one that `deploy/test.sh` makes.
    public static var python: URL? {
        let named = ProcessInfo.processInfo.environment["CORELEVEL_PYTHON"].map { URL(fileURLWithPath: $0) }
        let made = packageRoot.appendingPathComponent(".venv/bin/python")
        return [named, made].compactMap(\.self).first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    /// The folder of real spectra, which is not part of the repository: `CORELEVEL_SHARED`, or `../shared`.
    public static var realSpectra: URL? {
        let named = ProcessInfo.processInfo.environment["CORELEVEL_SHARED"].map { URL(fileURLWithPath: $0) }
        let beside = packageRoot.deletingLastPathComponent().appendingPathComponent("shared")
        return [named, beside].compactMap { $0?.appendingPathComponent("data/real") }
            .first { FileManager.default.fileExists(atPath: $0.path) }
    }

    /// Runs a program to its end.
    public static func run(_ executable: URL, _ arguments: [String]) async throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files rather than pipes: a program that prints much never waits for a reader.
        let files = ["out", "err"].map { folder.appendingPathComponent($0) }
        for file in files { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        let status = try await withCheckedThrowingContinuation { (done: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = {
                done.resume(returning: ($0.terminationReason == .uncaughtSignal ? 128 : 0) + $0.terminationStatus)
            }
            do { try Self.launch(process) } catch { done.resume(throwing: error) }
        }
        return Outcome(
            status: status, output: String(decoding: try Data(contentsOf: files[0]), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self))
    }

    /// Starts a program that the caller ends.
    public static func start(_ executable: URL, _ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try launch(process)
        return process
    }

    /// Starts a process with no signal blocked: it inherits the mask of the thread, and those of the cooperative pool
    /// block SIGTERM, which the peers end their own children with.
    private static func launch(_ process: Process) throws {
        var (none, before) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
    }
}
