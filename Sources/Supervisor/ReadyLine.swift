import Foundation

/// The one line a role prints on standard output once it serves, and `up` once all do.
public struct ReadyLine: Codable, Sendable {
    /// Process numbers of a whole cluster.
    public struct PIDs: Codable, Sendable {
        /// The parent's own.
        public var up: Int32
        /// The broker's.
        public var broker: Int32?
        /// The collector's.
        public var collector: Int32?
        /// The workers', in order.
        public var workers: [Int32]
    }

    /// Always true: scripts look for it.
    public var ready = true
    /// `broker`, `worker` or `collector`; absent for a whole cluster.
    public var role: String?
    /// Where jobs are submitted: the base port, which is all a client needs.
    public var submit: String?
    /// Where jobs are pushed without an answer.
    public var ingest: String?
    /// Where workers connect.
    public var work: String?
    /// Where the collector connects.
    public var collect: String?
    /// Where progress and results are published.
    public var events: String?
    /// Where Bluesky documents are published, if they are.
    public var bluesky: String?
    /// Where operators ask.
    public var admin: String?
    /// The broker's start.
    public var epoch: String?
    /// Process number of a single role.
    public var pid: Int32?
    /// Process numbers of a whole cluster.
    public var pids: PIDs?

    /// An empty line, to be filled.
    public init() {}

    /// Reads a line; nil if it is not one.
    public init?(_ line: String) {
        guard let parsed = try? JSONDecoder().decode(Self.self, from: Data(line.utf8)), parsed.ready else { return nil }
        self = parsed
    }

    /// Prints the line on standard output, at once.
    public func announce() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        FileHandle.standardOutput.write(try encoder.encode(self) + Data("\n".utf8))
    }

    /// The port of `submit`, from which the others are counted.
    var basePort: Int? {
        submit?.split(separator: ":").last.flatMap { Int($0) }
    }
}
