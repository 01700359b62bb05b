import ArgumentParser
import Client
import ClusterProtocol
import Foundation
import Logging

/// `corelevel conform exercise`: CoreLevel's own client, as `conform client` tests it.
struct ConformExerciseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exercise",
        abstract: "Do the exercise of section 11 of the specification with CoreLevel's own client.",
        discussion: """
            Reads CORELEVEL_BROKER, CORELEVEL_RUN, CORELEVEL_JOBS and CORELEVEL_TIMEOUT_MS from the environment.

            Example: corelevel conform client -- corelevel conform exercise
            """)

    func run() async throws {
        let variables = ProcessInfo.processInfo.environment
        guard let broker = variables["CORELEVEL_BROKER"], let name = variables["CORELEVEL_RUN"] else {
            throw ValidationError("CORELEVEL_BROKER and CORELEVEL_RUN must be set; conform client sets them.")
        }
        let count = variables["CORELEVEL_JOBS"].flatMap { Int($0) } ?? 6
        let timeoutMs = variables["CORELEVEL_TIMEOUT_MS"].flatMap { Int($0) } ?? 5_000
        var configuration = ClientConfiguration(broker: try BrokerAddress(broker))
        configuration.answerTimeout = .milliseconds(timeoutMs)
        let client = try Client(configuration, logger: .standardError("client"))
        let run = try Name(name, as: .run)
        let failures = try await Self.exercise(client, run, count)
        await client.close()
        if failures > 0 { throw ExitStatus.dataError }
    }

    /// Submits, closes the run, and reports each job; returns how many have no result.
    private static func exercise(_ client: Client, _ run: Name, _ count: Int) async throws -> Int {
        _ = try await client.connect()
        let jobs = try (1...max(count, 1)).map { try job(run, seq: $0) }
        let refusals = await withTaskGroup(of: (JobID, ClientError?).self) { group in
            for job in jobs {
                group.addTask {
                    do throws(ClientError) {
                        _ = try await client.submit(job)
                        return (job.id, nil)
                    } catch {
                        return (job.id, error)
                    }
                }
            }
            var refusals: [JobID: ClientError] = [:]
            for await (id, error) in group { refusals[id] = error }
            return refusals
        }
        _ = try await client.closeRun(run, expected: count)
        var failures = 0
        for job in jobs {
            var refusal: (any Error)? = refusals[job.id]
            if refusal == nil {
                do { report(job.id, rows: try await client.result(of: job.id)) } catch { refusal = error }
            }
            guard let refusal else { continue }
            failures += 1
            report(job.id, refusal)
        }
        return failures
    }

    private static func job(_ run: Name, seq: Int) throws -> JobSubmission {
        let region = RegionHeader(
            name: "C 1s", dtype: .float32, points: 201, axis: .binding(startEV: 278, stepEV: 0.1))
        let header = JobHeader(run: run, job: Name(seq: seq), seq: seq, regions: [region])
        let counts = (0..<201).map { Float(100 + ($0 * seq) % 50) }
        return try JobSubmission(header, frames: [counts.withUnsafeBytes { Array($0) }])
    }

    private static func report(_ id: JobID, rows: [String]) {
        print("{\"job\":\"\(id.job)\",\"state\":\"stored\",\"rows\":[\(rows.joined(separator: ","))]}")
    }

    private static func report(_ id: JobID, _ error: any Error) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("job", id.job)
        if case .noResult(_, let state, _)? = error as? ClientError { writer.field("state", state.rawValue) }
        writer.field("code", (error as? ClientError)?.code?.rawValue)
        writer.field("error", "\(error)")
        writer.endObject()
        print(String(decoding: writer.bytes, as: UTF8.self))
    }
}
