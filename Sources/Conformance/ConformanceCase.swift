import ZeroMQ

/// One numbered case of the suite: what is played, and which rule of the specification it checks.
public struct ConformanceCase: Sendable {
    /// Its number: `C` for clients, `W` for workers, `B` for brokers.
    public let id: String
    /// What is expected, as a sentence.
    public let title: String
    /// The section of `protocols/README.md` that says so.
    public let rule: String
    private let play: @Sendable (Subject) throws -> [String]

    /// A case whose play returns what was wrong, or throws it.
    init(_ id: String, _ title: String, rule: String, _ play: @escaping @Sendable (Subject) throws -> [String]) {
        self.id = id
        self.title = title
        self.rule = rule
        self.play = play
    }

    /// Plays the case; throws only if it could not be played.
    public func run(on subject: Subject) throws(ConformanceError) -> Verdict {
        let started = MonotonicTime.now
        var violations: [String]
        do {
            violations = try play(subject)
        } catch let error as ConformanceError {
            throw error
        } catch let error as ZeroMQError {
            throw .socket("\(error)")
        } catch {
            violations = ["\(error)"]
        }
        let elapsedMs = Int((MonotonicTime.now.ns - started.ns) / 1_000_000)
        return Verdict(id: id, title: title, rule: rule, violations: violations, elapsedMs: elapsedMs)
    }
}

/// What is tested: a program that the suite starts, or a broker that runs.
public enum Subject: Sendable {
    /// A client or worker: the command, in which `{broker}` stands for the broker's endpoint.
    case program([String])
    /// A broker's *submit* endpoint.
    case broker(String)

    var command: [String] {
        if case .program(let command) = self { command } else { [] }
    }

    var endpoint: String {
        if case .broker(let endpoint) = self { endpoint } else { "" }
    }
}

/// What a case found.
public struct Verdict: Sendable {
    /// The case's number.
    public let id: String
    /// What was expected.
    public let title: String
    /// The section that says so.
    public let rule: String
    /// What was otherwise, in sentences; empty where all was well.
    public let violations: [String]
    /// How long the case took.
    public let elapsedMs: Int

    /// Whether the implementation did as the rule says.
    public var passed: Bool { violations.isEmpty }
}

/// The implementation under test broke a rule, in a sentence.
struct Violation: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Throws a violation unless a condition holds.
func expect(_ holds: Bool, _ otherwise: @autoclosure () -> String) throws {
    guard holds else { throw Violation(otherwise()) }
}

extension MonotonicTime {
    func later(byMs milliseconds: Int) -> MonotonicTime { advanced(by: .milliseconds(milliseconds)) }
}
