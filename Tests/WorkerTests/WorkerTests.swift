import Classifier
import ClusterProtocol
import Foundation
import Logging
import Testing
import Worker
import ZeroMQ

/// What the broker relies on a worker for, seen from the broker's side of a real socket.
@Suite(.timeLimit(.minutes(1)))
struct WorkerTests {
    /// An untrained network: what it answers does not matter here.
    private static let model = Model(
        network: Architecture.stn.makeNetwork(maxBatch: 1, seed: 1), name: "untrained",
        labels: FunctionalGroup.all.map(\.name), preprocessing: Preprocessing.name, shiftOriginEV: 0,
        trainingRecord: [:])

    private static let axis = AxisHeader.binding(startEV: 280, stepEV: 0.1)

    /// A C 1s peak; `peaks` gives the height of each spectrum of a stack.
    private static func job(_ key: Int, peaks: [Float] = [1000]) -> (header: JobHeader, frames: [Frame]) {
        let region = RegionHeader(
            name: "C 1s", stack: peaks.count > 1 ? peaks.count : nil, points: 201, axis: axis)
        let run = Name(checked: "run")
        let header = JobHeader(run: run, job: Name(seq: key), regions: [region])
        let values = peaks.flatMap { peak in
            (0..<201).map { 5 + peak * Float(exp(-pow(Double($0 - 50) / 6, 2))) }
        }
        return (header, [Frame(header.encoded()), Frame(values.withUnsafeBytes { Array($0) })])
    }

    private static func lease(_ number: Int, _ header: JobHeader, solo: Bool = false) -> BrokerToWorker {
        .lease(
            Lease(
                lease: number, attempt: 1, isSolo: solo, id: JobID(run: header.run, job: header.job ?? header.run),
                spectra: header.spectraCount))
    }

    private static func start(_ broker: ScriptedBroker) throws -> (worker: Worker, running: Task<Void, any Error>) {
        let worker = try Worker(
            WorkerConfiguration(broker: broker.address), model: model, logger: Logger(label: "test"))
        return (worker, Task { try await worker.run {} })
    }

    @Test("a lease is answered with a line for each spectrum, and what cannot be analysed fails alone")
    func answers() async throws {
        let broker = try await ScriptedBroker()
        var messages = broker.heard.makeAsyncIterator()
        let (worker, running) = try Self.start(broker)
        let (peer, ready) = try await broker.welcome(&messages)
        #expect(ready.model == "untrained")
        #expect(ready.credit >= 64)

        let jobs = [Self.job(1), Self.job(2, peaks: [0]), Self.job(3, peaks: [10, 0, 30])]
        for (number, job) in jobs.enumerated() {
            broker.say(Self.lease(number + 1, job.header), to: peer, job.frames)
        }
        var lines: [Int: [String]] = [:]
        var failure: WorkerFailure?
        while lines.count + (failure == nil ? 0 : 1) < 3 {
            try await ScriptedBroker.next(&messages) { heard -> Void? in
                switch heard.message {
                case .result(let result):
                    let text = heard.frames[0].string ?? ""
                    lines[result.lease] = text.split(separator: "\n").map(String.init)
                    return ()
                case .failed(let failed):
                    failure = failed
                    return ()
                default:
                    return nil
                }
            }
        }
        #expect(lines[1]?.count == 1)
        #expect(lines[1]?.first?.contains("\"groups\"") == true)
        #expect(failure?.lease == 2)
        #expect(failure?.kind == .badInput)
        #expect(failure?.error.contains("no signal") == true)
        #expect(lines[3]?.count == 3)
        #expect(lines[3]?[1].contains("\"error\"") == true)
        #expect(lines[3]?[2].contains("\"shift_eV\"") == true)

        await worker.drain()
        try await running.value
        await broker.close()
    }

    @Test("frames that do not fit the header are bad input, not a crash")
    func hostileLease() async throws {
        let broker = try await ScriptedBroker()
        var messages = broker.heard.makeAsyncIterator()
        let (worker, running) = try Self.start(broker)
        let (peer, _) = try await broker.welcome(&messages)
        let job = Self.job(1)
        let broken: [[Frame]] = [
            [], [Frame("{")], [job.frames[0]], [job.frames[0], Frame("short")], [Frame("{}"), job.frames[1]],
        ]
        for (number, frames) in broken.enumerated() {
            broker.say(Self.lease(number + 1, job.header), to: peer, frames)
            let failed = try await ScriptedBroker.next(&messages) { heard in
                if case .failed(let failed) = heard.message { failed } else { nil }
            }
            #expect(failed.lease == number + 1)
            #expect(failed.kind == .badInput)
        }
        await worker.drain()
        try await running.value
        await broker.close()
    }

    @Test("heartbeats name what is held; an unknown worker introduces itself again and forgets its leases")
    func forgets() async throws {
        let broker = try await ScriptedBroker()
        var messages = broker.heard.makeAsyncIterator()
        let (worker, running) = try Self.start(broker)
        let (peer, first) = try await broker.welcome(&messages)
        broker.say(.unknown, to: peer)
        let (_, second) = try await broker.welcome(&messages)
        #expect(second.worker == first.worker)
        try await ScriptedBroker.next(&messages) { heard -> Void? in
            if case .heartbeat(let held, _) = heard.message, held.isEmpty { () } else { nil }
        }
        await worker.drain()
        try await running.value
        await broker.close()
    }

    @Test("a silent broker is left for a new socket")
    func silence() async throws {
        let broker = try await ScriptedBroker()
        var messages = broker.heard.makeAsyncIterator()
        let (worker, running) = try Self.start(broker)
        let impatient = WorkerWelcome(epoch: "test", heartbeatMs: 20, leaseMs: 3000, livenessMs: 60)
        let (firstPeer, _) = try await broker.welcome(&messages, terms: impatient)
        let (secondPeer, _) = try await broker.welcome(&messages)
        #expect(firstPeer != secondPeer)
        await worker.drain()
        try await running.value
        await broker.close()
    }

    @Test("draining answers or gives back every lease, and then says goodbye")
    func drains() async throws {
        let broker = try await ScriptedBroker()
        var messages = broker.heard.makeAsyncIterator()
        let (worker, running) = try Self.start(broker)
        let (peer, _) = try await broker.welcome(&messages)
        let count = 100
        for number in 1...count {
            let job = Self.job(number)
            broker.say(Self.lease(number, job.header), to: peer, job.frames)
        }
        broker.say(.drain, to: peer)
        var open = Set(1...count)
        try await ScriptedBroker.next(&messages) { heard -> Void? in
            switch heard.message {
            case .result(let result): open.remove(result.lease)
            case .failed(let failed): open.remove(failed.lease)
            case .returned(let leases): open.subtract(leases)
            case .goodbye: return ()
            default: break
            }
            return nil
        }
        #expect(open.isEmpty)
        try await running.value
        _ = worker
        await broker.close()
    }
}
