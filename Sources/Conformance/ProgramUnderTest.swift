import Foundation
import Glibc

/// A program that is started for one case, with its standard output in a file, and that does not outlive the case.
final class ProgramUnderTest {
    private let pid: pid_t
    private let output: URL
    private(set) var status: Int32?

    /// Starts `command` with `environment` beside that of this process; `{broker}` in an argument becomes `broker`.
    init(_ command: [String], broker: String, environment: [String: String]) throws(ConformanceError) {
        let arguments = command.map { $0.replacingOccurrences(of: "{broker}", with: broker) }
        guard let program = arguments.first else { throw .noCommand }
        var variables = ProcessInfo.processInfo.environment
        variables["CORELEVEL_BROKER"] = broker
        variables.merge(environment) { $1 }
        output = FileManager.default.temporaryDirectory.appendingPathComponent("conform-\(UUID().uuidString)")

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output.path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        // SIGTERM must reach the program whatever this thread blocks.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        var argv = arguments.map { strdup($0) } + [nil]
        var envp = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var child: pid_t = 0
        let failure = posix_spawnp(&child, program, &actions, &attributes, &argv, &envp)
        guard failure == 0 else { throw .notStarted(program, String(cString: strerror(failure))) }
        pid = child
    }

    deinit {
        if status == nil {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
        }
        try? FileManager.default.removeItem(at: output)
    }

    /// Whether it has ended; asks the system.
    var hasEnded: Bool {
        guard status == nil else { return true }
        var word: Int32 = 0
        guard waitpid(pid, &word, WNOHANG) == pid else { return false }
        status = word & 0x7F == 0 ? word >> 8 & 0xFF : 128 + word & 0x7F
        return true
    }

    /// What it has printed so far.
    var printed: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }

    func terminate() { kill(pid, SIGTERM) }
}

/// Why the suite itself could not be played.
public enum ConformanceError: Error, CustomStringConvertible, Sendable {
    /// There is no program to test.
    case noCommand
    /// The program could not be started.
    case notStarted(String, String)
    /// The suite's own sockets failed.
    case socket(String)
    /// No broker answers at the endpoint.
    case noBroker(String)

    /// What was wrong and what to do.
    public var description: String {
        switch self {
        case .noCommand: "there is no program to test; name it after --"
        case .notStarted(let program, let reason): "cannot start \(program): \(reason)"
        case .socket(let reason): "the suite's own sockets failed: \(reason)"
        case .noBroker(let endpoint): "no broker answers at \(endpoint); start one that nobody else uses"
        }
    }
}
