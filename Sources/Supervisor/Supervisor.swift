public import Foundation
public import Logging

/// The whole cluster as child processes under one parent: the embedded default.
///
/// Children that die are restarted with backoff. When the parent dies, by whatever signal, their standard input closes
/// and they end. One data directory holds everything and belongs to one cluster at a time.
public actor Supervisor {
    /// What to run and where.
    public struct Configuration: Sendable {
        /// The program that holds all roles.
        public var executable: URL
        /// Where journal and store live.
        public var dataDirectory: URL
        /// How many worker processes.
        public var workers: Int
        /// First of six ports in a row; 0 looks for free ones.
        public var basePort: Int
        /// Arguments that only the workers get, such as `--model`.
        public var workerArguments: [String] = []
        /// Arguments that only the collector gets, such as `--bluesky`.
        public var collectorArguments: [String] = []

        /// All roles of `executable` on `dataDirectory`.
        public init(executable: URL, dataDirectory: URL, workers: Int, basePort: Int) {
            self.executable = executable
            self.dataDirectory = dataDirectory
            self.workers = workers
            self.basePort = basePort
        }
    }

    private enum Role: Hashable, CustomStringConvertible {
        case broker
        case collector
        case worker(Int)

        var description: String {
            switch self {
            case .broker: "broker"
            case .collector: "collector"
            case .worker(let number): "worker \(number)"
            }
        }
    }

    private static let firstBackoff: Duration = .milliseconds(200)
    private static let longestBackoff: Duration = .seconds(5)
    /// A child that ran this long has recovered: its next restart is quick again.
    private static let settledAfter: Duration = .seconds(10)

    private let configuration: Configuration
    private let logger: Logger
    private let lock: DirectoryLock
    private var children: [Role: ChildProcess] = [:]
    private var watchers: [Role: Task<Void, Never>] = [:]
    private var endpoints = ReadyLine()
    private var isStopping = false

    /// Locks the data directory, making it if need be.
    public init(_ configuration: Configuration, logger: Logger) throws {
        self.configuration = configuration
        self.logger = logger
        do {
            try FileManager.default.createDirectory(at: configuration.dataDirectory, withIntermediateDirectories: true)
        } catch {
            throw SupervisorError.directoryNotWritable(
                path: configuration.dataDirectory.path, reason: error.localizedDescription)
        }
        lock = try DirectoryLock(configuration.dataDirectory)
    }

    /// Starts all roles and returns once the broker serves and collector and workers have registered with it.
    public func start() async throws -> ReadyLine {
        try spawn(.broker)
        endpoints = try await ready(.broker)
        watch(.broker)
        let roles = [Role.collector] + (0..<configuration.workers).map(Role.worker)
        for role in roles { try spawn(role) }
        for role in roles {
            let line = try await ready(role)
            if role == .collector { (endpoints.events, endpoints.bluesky) = (line.events, line.bluesky) }
            watch(role)
        }
        var line = endpoints
        line.role = nil
        line.pid = nil
        line.pids = ReadyLine.PIDs(
            up: ProcessInfo.processInfo.processIdentifier, broker: children[.broker]?.pid,
            collector: children[.collector]?.pid,
            workers: (0..<configuration.workers).compactMap { children[.worker($0)]?.pid })
        return line
    }

    /// Ends the workers, then the collector, then the broker, so that finished work is stored; kills what is left
    /// after `deadline`.
    public func drain(deadline: Duration = .seconds(30)) async {
        isStopping = true
        let killer = Task { [weak self] in
            try? await Task.sleep(for: deadline)
            if !Task.isCancelled { await self?.kill() }
        }
        let workers = (0..<configuration.workers).map(Role.worker)
        for roles in [workers, [.collector], [.broker]] {
            for role in roles { children[role]?.signal(SIGTERM) }
            for role in roles { await watchers[role]?.value }
        }
        killer.cancel()
    }

    /// Returns when every child has left for good.
    public func ended() async {
        for watcher in watchers.values { await watcher.value }
    }

    /// Ends every child at once; nothing accepted is lost, since it is in the journal.
    public func kill() {
        isStopping = true
        for child in children.values { child.signal(SIGKILL) }
    }

    private func arguments(for role: Role) -> [String] {
        let data = configuration.dataDirectory.path
        switch role {
        case .broker:
            let port = endpoints.basePort ?? configuration.basePort
            return ["broker", "--data", data, "--base-port", String(port)]
        case .collector:
            return ["collector", "--broker", endpoints.submit ?? "", "--data", data] + configuration.collectorArguments
        case .worker:
            return ["worker", "--broker", endpoints.submit ?? ""] + configuration.workerArguments
        }
    }

    private func spawn(_ role: Role) throws {
        children[role] = try ChildProcess(executable: configuration.executable, arguments: arguments(for: role))
    }

    private func ready(_ role: Role) async throws -> ReadyLine {
        guard let child = children[role] else { throw SupervisorError.didNotStart(role: "\(role)", status: -1) }
        guard let line = await child.readyLine() else {
            throw SupervisorError.didNotStart(role: "\(role)", status: await child.exitStatus())
        }
        guard let parsed = ReadyLine(line) else { throw SupervisorError.notAReadyLine(role: "\(role)", line: line) }
        return parsed
    }

    private func watch(_ role: Role) {
        watchers[role] = Task { await self.keepRunning(role) }
    }

    private func keepRunning(_ role: Role) async {
        var backoff = Self.firstBackoff
        while let child = children[role] {
            let started = ContinuousClock.now
            let status = await child.exitStatus()
            if isStopping { return }
            if status == EXIT_SUCCESS {
                // It was told to leave. Without the broker there is nothing to do for the others.
                logger.notice("\(role) has left")
                if role == .broker { Task { await drain() } }
                return
            }
            if ContinuousClock.now - started > Self.settledAfter { backoff = Self.firstBackoff }
            logger.warning("\(role) ended with status \(status); restarting in \(backoff)")
            try? await Task.sleep(for: backoff)
            backoff = min(backoff * 2, Self.longestBackoff)
            if isStopping { return }
            do {
                try spawn(role)
                _ = try await ready(role)
                logger.info("\(role) is back, pid \(children[role]?.pid ?? 0)")
            } catch {
                logger.error("\(role) did not come back: \(error)")
            }
        }
    }
}
