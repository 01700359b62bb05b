import ArgumentParser
import Client
import Foundation
import Spectroscopy
import Supervisor

/// `corelevel bench`: what a cluster on this machine does in one run, for the user's own judgement.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure a cluster of its own on this machine: rates, latency from submit to stored, peak memory.",
        discussion: "Each job is one spectrum of 6,601 points, 26 kB. The data directory is removed at the end.")

    @Option(help: "Worker processes.")
    var workers = 2

    @Option(help: "Jobs of the burst.")
    var jobs = 10_000

    @Option(help: "Jobs one at a time.")
    var singles = 500

    @Flag(help: "Print one JSON object.")
    var json = false

    /// What was measured.
    private struct Figures: Encodable {
        var workers: Int
        var jobs: Int
        var acknowledgedPerS: Double
        var storedPerS: Double
        var singles: Int
        var submitToStoredP50Ms: Double
        var submitToStoredP99Ms: Double
        var peakMemoryMB: [String: Double]
    }

    func validate() throws {
        guard (1...256).contains(workers), jobs > 0, singles > 0 else {
            throw ValidationError("--workers must be 1 to 256, --jobs and --singles at least 1.")
        }
    }

    func run() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "corelevel-bench-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        do {
            let supervisor = try Supervisor(
                Supervisor.Configuration(
                    executable: URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath(),
                    dataDirectory: folder, workers: workers, basePort: 0),
                logger: .standardError("bench"))
            let ready = try await supervisor.start()
            let figures = try await measure(ready)
            await supervisor.drain()
            try show(figures)
        } catch {
            throw ExitStatus.report(error, as: ExitStatus.unavailable)
        }
    }

    private func measure(_ ready: ReadyLine) async throws -> Figures {
        let client = try Client(broker: try BrokerAddress(ready.submit ?? ""))
        var spectra = try SimulatedSpectra(maxShiftEV: 3, seed: 1, peakCounts: nil)
        // Made before the clock starts: the generator is not what is measured.
        let arrays = (0..<256).map { _ in spectra.nextMeasured().intensities.withUnsafeBytes { Array($0) } }

        let burst = Name(checked: "burst")
        let stream = client.submissions()
        let clock = ContinuousClock()
        let began = clock.now
        for number in 1...jobs {
            try await stream.send(try Self.job(burst, number, arrays[number % arrays.count]))
        }
        let summary = await stream.finish()
        if let error = summary.errors.first { throw error }
        let acknowledged = clock.now - began
        while try await client.status(ofRun: burst).stored < jobs { try await Task.sleep(for: .milliseconds(5)) }
        let stored = clock.now - began

        var waits: [Double] = []
        let single = Name(checked: "single")
        var events = try await client.events(EventSubscription.Interest(run: single, results: .fromNow))
            .makeAsyncIterator()
        for number in 1...singles {
            let job = try Self.job(single, number, arrays[number % arrays.count])
            let start = clock.now
            _ = try await client.submit(job)
            while let event = await events.next() {
                if case .result(let result) = event, result.id == job.id { break }
            }
            waits.append((clock.now - start).inSeconds * 1000)
        }
        waits.sort()
        var memory = ["client": Self.peakMemoryMB(ProcessInfo.processInfo.processIdentifier)]
        if let pids = ready.pids {
            memory["broker"] = pids.broker.map(Self.peakMemoryMB)
            memory["collector"] = pids.collector.map(Self.peakMemoryMB)
            for (index, pid) in pids.workers.enumerated() { memory["worker \(index + 1)"] = Self.peakMemoryMB(pid) }
        }
        await client.close()
        return Figures(
            workers: workers, jobs: jobs, acknowledgedPerS: Double(jobs) / acknowledged.inSeconds,
            storedPerS: Double(jobs) / stored.inSeconds, singles: singles,
            submitToStoredP50Ms: waits[waits.count / 2], submitToStoredP99Ms: waits[waits.count * 99 / 100],
            peakMemoryMB: memory)
    }

    private static func job(_ run: Name, _ number: Int, _ array: [UInt8]) throws -> JobSubmission {
        let grid = EnergyGrid.standard
        let region = RegionHeader(
            name: "core levels", points: grid.count, axis: .binding(startEV: grid.startEV, stepEV: grid.stepEV))
        return try JobSubmission(JobHeader(run: run, seq: number, regions: [region]), frames: [array])
    }

    /// The most memory a process ever held, from the kernel's own account.
    private static func peakMemoryMB(_ pid: Int32) -> Double {
        let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (line.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0) / 1000
    }

    private func show(_ figures: Figures) throws {
        if json {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.sortedKeys]
            print(String(decoding: try encoder.encode(figures), as: UTF8.self))
            return
        }
        print(String(format: "%6.0f submits/s acknowledged (on stable storage)", figures.acknowledgedPerS))
        print(String(format: "%6.0f jobs/s from first submit to last result stored", figures.storedPerS))
        print(
            String(
                format:
                    "%6.1f ms from submit to stored result, median, and %.1f ms at the 99th percentile, one at a time",
                figures.submitToStoredP50Ms, figures.submitToStoredP99Ms))
        for (process, megabytes) in figures.peakMemoryMB.sorted(by: { $0.key < $1.key }) {
            print(String(format: "%6.0f MB peak memory of %@", megabytes, process))
        }
    }
}
