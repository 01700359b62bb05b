internal import Dispatch
internal import Synchronization

/// Reads payloads back on a thread of its own, so that neither the sockets nor the commits wait for it.
final class JournalReader: Sendable {
    private struct Request {
        var jobs: [UInt64]
        var completion: @Sendable ([JournalReading]) -> Void
    }

    private struct Inbox {
        var requests: [Request] = []
        var isClosed = false
    }

    private let index: JournalIndex
    private let inbox = Mutex(Inbox())
    private let wake = DispatchSemaphore(value: 0)

    init(index: JournalIndex) {
        self.index = index
    }

    func read(_ jobs: [UInt64], completion: @escaping @Sendable ([JournalReading]) -> Void) {
        let isClosed = inbox.withLock { inbox in
            if !inbox.isClosed { inbox.requests.append(Request(jobs: jobs, completion: completion)) }
            return inbox.isClosed
        }
        if isClosed {
            completion(jobs.map { JournalReading(job: $0, payload: .failure(.closed)) })
        } else {
            wake.signal()
        }
    }

    func close() {
        inbox.withLock { $0.isClosed = true }
        wake.signal()
    }

    /// The thread's body: answers what was asked before the close, then returns.
    func run() {
        while true {
            wake.wait()
            let (requests, isClosed) = inbox.withLock { inbox in
                defer { inbox.requests = [] }
                return (inbox.requests, inbox.isClosed)
            }
            for request in requests {
                request.completion(request.jobs.map { JournalReading(job: $0, payload: payload(of: $0)) })
            }
            if isClosed { return }
        }
    }

    private func payload(of job: UInt64) -> Result<JournalPayload, JournalError> {
        guard var (segment, place) = index.locate(job) else { return .failure(.unknownJob(job)) }
        while true {
            if let found = segment.payload(of: job, at: place), found.isIntact,
                let payload = found.stored.withUnsafeBytes({ JournalPayload(stored: $0) })
            {
                return .success(payload)
            }
            // It may have been carried forward, and its old segment used again, while we read.
            guard let (newSegment, newPlace) = index.locate(job) else {
                return .failure(.unknownJob(job))
            }
            guard newPlace != place else {
                return .failure(.damaged(job: job, file: segment.name, offset: Int(place.offset)))
            }
            (segment, place) = (newSegment, newPlace)
        }
    }
}

/// The answer to one job of a read.
public struct JournalReading: Sendable {
    /// The job.
    public let job: UInt64
    /// Its bytes as they were accepted, or why not.
    public let payload: Result<JournalPayload, JournalError>
}
