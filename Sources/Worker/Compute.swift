import Classifier
import ClusterProtocol
import Dispatch
import Foundation
import Spectroscopy
import Synchronization

/// The computing thread: takes what has arrived as one batch, and hands results back in one piece.
///
/// It never touches a socket, so heartbeats go on however long a batch takes.
final class Compute: Sendable {
    /// What became of a leased job.
    struct Outcome: Sendable {
        let job: LeasedJob
        let result: Result<[UInt8], BadInput>
        let computeUs: Int
    }

    /// Why a job can be analysed by no worker.
    struct BadInput: Error, Sendable {
        let reason: String
    }

    private struct State {
        var waiting: [LeasedJob] = []
        var executing: [LeasedJob] = []
        var isStopping = false
    }

    private let state = Mutex(State())
    private let arrived = DispatchSemaphore(value: 0)
    private let maxBatch: Int
    private let onOutcomes: @Sendable ([Outcome]) -> Void

    /// Starts the thread; throws if the model does not fit this program.
    ///
    /// - Parameters:
    ///   - maxBatch: Spectra that are computed at once.
    ///   - onOutcomes: Called on the computing thread once for each batch, with an empty batch when it has stopped.
    init(model: Model, maxBatch: Int, onOutcomes: @escaping @Sendable ([Outcome]) -> Void) throws {
        self.maxBatch = maxBatch
        self.onOutcomes = onOutcomes
        _ = try Analyzer(model: model, maxBatch: 1)
        let thread = Thread { [self] in
            guard let analyzer = try? Analyzer(model: model, maxBatch: maxBatch) else { return }
            run(analyzer)
        }
        thread.name = "compute"
        thread.start()
    }

    /// Leases that wait or are being computed.
    var held: [Int] { state.withLock { ($0.waiting + $0.executing).map(\.lease.lease) } }

    /// Leases that are being computed.
    var executing: [Int] { state.withLock { $0.executing.map(\.lease.lease) } }

    func submit(_ job: LeasedJob) {
        // The newest live job goes first. The broker gives these at most half of the leases, so that the others, which
        // fill the rest of the credit and so of the batch, get their turn.
        state.withLock { $0.waiting.insert(job, at: job.lease.isLive ? 0 : $0.waiting.count) }
        arrived.signal()
    }

    /// Takes back what is not being computed yet.
    @discardableResult
    func withdraw(where isWithdrawn: (LeasedJob) -> Bool = { _ in true }) -> [LeasedJob] {
        state.withLock { state in
            let withdrawn = state.waiting.filter(isWithdrawn)
            state.waiting.removeAll(where: isWithdrawn)
            return withdrawn
        }
    }

    /// Ends the thread after the batch it is computing.
    func stop() {
        state.withLock { $0.isStopping = true }
        arrived.signal()
    }

    private func run(_ analyzer: Analyzer) {
        while true {
            arrived.wait()
            guard let batch = nextBatch() else { break }
            guard !batch.isEmpty else { continue }
            let outcomes = compute(batch, analyzer)
            state.withLock { $0.executing = [] }
            onOutcomes(outcomes)
            // One signal stands for each job; a batch took several jobs with one.
            arrived.signal()
        }
        onOutcomes([])
    }

    /// Whatever waits, up to a full batch; a suspect alone; nil once stopped.
    private func nextBatch() -> [LeasedJob]? {
        state.withLock { state in
            if state.isStopping { return nil }
            var spectra = 0
            var count = 0
            for job in state.waiting {
                if count > 0, job.lease.isSolo || spectra + job.lease.spectra > maxBatch { break }
                spectra += job.lease.spectra
                count += 1
                if job.lease.isSolo { break }
            }
            state.executing = Array(state.waiting.prefix(count))
            state.waiting.removeFirst(count)
            return state.executing
        }
    }

    private func compute(_ batch: [LeasedJob], _ analyzer: Analyzer) -> [Outcome] {
        let started = ContinuousClock.now
        var spectra: [Spectrum] = []
        let ranges = batch.map { job -> Result<Range<Int>, BadInput> in
            do {
                let first = spectra.count
                spectra += try job.spectra()
                return .success(first..<spectra.count)
            } catch {
                return .failure(BadInput(reason: "\(error)"))
            }
        }
        let analyses = analyzer.analyze(spectra)
        let elapsed = (ContinuousClock.now - started).components
        let computeUs = Int(elapsed.seconds) * 1_000_000 + Int(elapsed.attoseconds / 1_000_000_000_000)
        return zip(batch, ranges).map { job, range in
            Outcome(job: job, result: range.flatMap { Self.rows(analyses[$0]) }, computeUs: computeUs)
        }
    }

    /// One line for each spectrum; a job of which no spectrum can be analysed has failed as a whole.
    private static func rows(_ analyses: ArraySlice<Result<Analysis, AnalysisError>>) -> Result<[UInt8], BadInput> {
        var rows: [UInt8] = []
        var firstError: AnalysisError?
        var successes = 0
        for analysis in analyses {
            if !rows.isEmpty { rows.append(UInt8(ascii: "\n")) }
            switch analysis {
            case .success(let analysis):
                rows += analysis.json
                successes += 1
            case .failure(let error):
                rows += line(error)
                firstError = firstError ?? error
            }
        }
        if successes == 0, let firstError { return .failure(BadInput(reason: "\(firstError)")) }
        return .success(rows)
    }

    private static func line(_ error: AnalysisError) -> [UInt8] {
        var text = JSONText(reserving: 256)
        text.openObject()
        text.key("error")
        text.string("\(error)")
        text.closeObject()
        return text.bytes
    }
}
