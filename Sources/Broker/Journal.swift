internal import Dispatch
internal import Synchronization

/// The broker's memory on disk: append-only segments, synced in groups, read back at a start.
///
/// Appending never waits. A thread takes everything that was appended while the last sync ran, writes it as one piece,
/// syncs once and reports; another reads payloads back. What has been reported as committed is there after any crash;
/// a record that was not may be there or not, as a whole.
public final class Journal: Sendable {
    /// What the journal says to its owner, from its own threads.
    public enum Event: Sendable {
        /// Everything up to and including this ticket is committed, except what was reported as failed.
        case committed(ClosedRange<JournalTicket>)
        /// Nothing durable in this range is on disk. What only rides along is kept and written later.
        case failed(ClosedRange<JournalTicket>, JournalError)
        /// Work in the background failed; it will be tried again.
        case trouble(JournalError)
        /// A segment could not be carried forward as a whole.
        case notice(JournalNotice)
    }

    private struct Inbox {
        var records: [JournalRecord] = []
        var lastTicket: UInt64 = 0
        var isSleeping = false
        var isClosed = false
    }

    private let configuration: JournalConfiguration
    private let lock: Mutex<JournalFile?>
    private let disk: JournalDisk
    private let writer: Mutex<JournalWriter>
    private let reader: JournalReader
    private let report: @Sendable (Event) -> Void
    private let inbox = Mutex(Inbox())
    private let wake = DispatchSemaphore(value: 0)
    private let threads = Mutex<[JournalThread]>([])
    private let pendingByteCount = Atomic<Int>(0)
    private let segmentByteCount: Atomic<Int>
    private let freeByteCount: Atomic<Int>

    /// Opens a directory, made if it is not there, and says what it holds.
    ///
    /// The journal's threads run until `close()`.
    ///
    /// What was found is on stable storage when this returns, also what a process left unsynced that was killed.
    public static func open(
        directory: String, configuration: JournalConfiguration = JournalConfiguration(),
        report: @escaping @Sendable (Event) -> Void
    ) throws(JournalError) -> (journal: Journal, contents: JournalContents) {
        precondition(
            (16 << 10...1 << 30).contains(configuration.segmentBytes), "a segment has 16 KiB to 1 GiB")
        let disk = JournalDisk(directory: directory, observer: configuration.observer)
        try disk.createDirectory()
        let lock = try disk.lock()
        var recovery = try JournalRecovery(disk: disk)
        try recovery.settle()
        let index = JournalIndex(
            state: recovery.replay.state, segments: recovery.segments.map(\.segment))
        let writer = try JournalWriter(
            disk: disk, configuration: configuration, index: index, recovery: recovery)
        let journal = Journal(
            configuration: configuration, lock: lock, disk: disk, writer: writer, index: index,
            report: report)
        try journal.start()
        return (journal, recovery.replay.contents())
    }

    private init(
        configuration: JournalConfiguration, lock: JournalFile, disk: JournalDisk,
        writer: JournalWriter,
        index: JournalIndex, report: @escaping @Sendable (Event) -> Void
    ) {
        self.configuration = configuration
        self.lock = Mutex(lock)
        self.disk = disk
        self.report = report
        reader = JournalReader(index: index)
        segmentByteCount = Atomic(writer.bytesOnDisk)
        freeByteCount = Atomic(disk.freeBytes() ?? .max)
        self.writer = Mutex(writer)
    }

    private func start() throws(JournalError) {
        let commits = try JournalThread { [self] in run() }
        threads.withLock { $0.append(commits) }
        do {
            let reads = try JournalThread { [reader] in reader.run() }
            threads.withLock { $0.append(reads) }
        } catch {
            close()
            throw error
        }
    }

    /// Bytes that wait in memory for the disk.
    public var pendingBytes: Int { pendingByteCount.load(ordering: .relaxed) }

    /// Bytes that the segments take on disk, spare ones aside.
    public var bytesOnDisk: Int { segmentByteCount.load(ordering: .relaxed) }

    /// What the file system had left when last looked at.
    public var freeBytes: Int { freeByteCount.load(ordering: .relaxed) }

    /// Takes a record; the ticket is reported when it is committed.
    ///
    /// Throws at once when a job cannot be accepted for want of space, when a field is too large, and after the close.
    @discardableResult
    public func append(_ record: JournalRecord) throws(JournalError) -> JournalTicket {
        try JournalLimits.check(record)
        let byteCount = record.waitingByteCount
        if case .accepted = record { try checkSpace(for: byteCount) }
        pendingByteCount.add(byteCount, ordering: .relaxed)
        let (ticket, wasSleeping) = inbox.withLock { inbox -> (UInt64?, Bool) in
            guard !inbox.isClosed else { return (nil, false) }
            inbox.records.append(record)
            inbox.lastTicket += 1
            defer { inbox.isSleeping = false }
            return (inbox.lastTicket, inbox.isSleeping)
        }
        guard let ticket else {
            pendingByteCount.subtract(byteCount, ordering: .relaxed)
            throw .closed
        }
        if wasSleeping { wake.signal() }
        return JournalTicket(number: ticket)
    }

    /// Reads jobs' bytes back and calls once with all answers, in the order asked, from the reading thread.
    public func read(_ jobs: [UInt64], completion: @escaping @Sendable ([JournalReading]) -> Void) {
        reader.read(jobs, completion: completion)
    }

    /// Writes and reports everything that was appended, ends the threads and gives the directory free.
    ///
    /// Not to be called from `report`.
    public func close() {
        let wasSleeping = inbox.withLock { inbox in
            inbox.isClosed = true
            defer { inbox.isSleeping = false }
            return inbox.isSleeping
        }
        if wasSleeping { wake.signal() }
        reader.close()
        let running = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        running.forEach { $0.join() }
        lock.withLock { $0 = nil }
    }

    private func checkSpace(for byteCount: Int) throws(JournalError) {
        let free = freeBytes
        guard free >= configuration.reserveBytes else {
            throw .lowOnSpace(freeBytes: free, reserveBytes: configuration.reserveBytes)
        }
        let pending = pendingBytes
        guard pending == 0 || pending + byteCount <= configuration.maximumPendingBytes else {
            throw .busy(pendingBytes: pending)
        }
        guard bytesOnDisk + pending + byteCount <= configuration.maximumBytes else {
            throw .full(limitBytes: configuration.maximumBytes)
        }
    }
}

extension Journal {
    /// How long the thread waits before it syncs what only rode along, tries again what failed, and looks for space.
    private static let idle = DispatchTimeInterval.seconds(1)

    /// The committing thread's body.
    private func run() {
        var waiting: [JournalWriter.Item] = []
        var reported: UInt64 = 0
        while true {
            let (records, isClosed) = inbox.withLock { inbox in
                defer { inbox.records = [] }
                return (inbox.records, inbox.isClosed)
            }
            waiting += records.lazy.map { JournalWriter.Item($0) }
            if !waiting.isEmpty {
                let outcome = writer.withLock { $0.commit(waiting[...]) }
                let byteCount = waiting.prefix(outcome.itemCount).reduce(0) {
                    $0 + $1.record.waitingByteCount
                }
                pendingByteCount.subtract(byteCount, ordering: .relaxed)
                waiting.removeFirst(outcome.itemCount)
                tell(outcome, after: &reported)
                tidy()
            } else if isClosed {
                if let failure = writer.withLock({ $0.close() }) { report(.trouble(failure)) }
                return
            } else if !workAhead() {
                sleep()
            }
        }
    }

    private func tell(_ outcome: JournalWriter.Outcome, after reported: inout UInt64) {
        guard outcome.itemCount > 0 else {
            if let failure = outcome.failure { report(.trouble(failure)) }
            return
        }
        let first = JournalTicket(number: reported + 1)
        reported += UInt64(outcome.itemCount)
        let range = first...JournalTicket(number: reported)
        report(outcome.failure.map { .failed(range, $0) } ?? .committed(range))
    }

    /// After a commit: drops what is not needed any longer and looks at the space.
    private func tidy() {
        do {
            let notice = try writer.withLock { writer throws(JournalError) in try writer.reclaim() }
            if let notice { report(.notice(notice)) }
        } catch {
            report(.trouble(error))
        }
        measure()
    }

    /// Something useful while nothing waits; false when there is nothing to do, or when it failed.
    private func workAhead() -> Bool {
        var failure: JournalError?
        let worked = writer.withLock { writer -> Bool in
            if writer.isReclaiming {
                failure = writer.commit([]).failure
                return true
            }
            writer.mark()
            do throws(JournalError) {
                return try writer.spares.prepareStep(freeBytes: freeBytes - configuration.reserveBytes)
            } catch {
                failure = error
                return false
            }
        }
        if let failure { report(.trouble(failure)) }
        if worked { tidy() }
        return worked && failure == nil
    }

    private func sleep() {
        let mustLookAgain = writer.withLock { $0.hasUnsynced } || freeBytes < configuration.reserveBytes
        let isEmpty = inbox.withLock { inbox in
            inbox.isSleeping = inbox.records.isEmpty && !inbox.isClosed
            return inbox.isSleeping
        }
        guard isEmpty else { return }
        guard mustLookAgain else { return wake.wait() }
        guard wake.wait(timeout: .now() + Self.idle) == .timedOut else { return }
        // Whoever appended in between saw a sleeper and has signalled: the signal must not wake a later sleep.
        if inbox.withLock({ inbox in
            defer { inbox.isSleeping = false }
            return !inbox.isSleeping
        }) {
            wake.wait()
        }
        if let failure = writer.withLock({ $0.flush() }) { report(.trouble(failure)) }
        tidy()
    }

    private func measure() {
        segmentByteCount.store(writer.withLock { $0.bytesOnDisk }, ordering: .relaxed)
        freeByteCount.store(disk.freeBytes() ?? .max, ordering: .relaxed)
    }
}

extension JournalRecord {
    /// What a waiting record is counted as: its payload.
    fileprivate var waitingByteCount: Int {
        if case .accepted(let acceptance) = self { acceptance.payload.storedByteCount } else { 0 }
    }
}
