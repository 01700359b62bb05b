package import Foundation
import GRDB
import Synchronization

/// The one writer of results: SQLite in one file, on a thread of its own.
///
/// One connection both writes and checkpoints, for SQLite before 3.51.3 can corrupt a database when one connection
/// checkpoints while another writes. Readers (`StoreReader`) are read-only and never checkpoint.
package final class Store: Sendable {
    /// Name of the database in the data directory.
    package static let fileName = "results.sqlite"
    /// Bytes committed after which the log is folded back into the database.
    private static let checkpointBytes = 32 << 20

    /// Path of the database.
    package let path: String
    /// Identifies this run of the collector: larger than that of any before on the same store.
    package let epoch: Int

    private let queue: DatabaseQueue
    private let lock: Mutex<StoreLock?>
    private let bytesInLog = Atomic<Int>(0)

    /// Opens the store in `directory`, or makes it.
    package init(directory: URL, nowMs: Int) throws(StoreError) {
        let path = directory.appendingPathComponent(Self.fileName).path
        self.path = path
        do {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            lock = Mutex(try StoreLock(path: path + "-lock", of: path))
            var configuration = Configuration()
            configuration.journalMode = .wal
            configuration.busyMode = .timeout(5)
            configuration.label = "store"
            configuration.prepareDatabase { db in
                try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
            }
            queue = try DatabaseQueue(path: path, configuration: configuration)
            // After opening: switching to WAL sets NORMAL.
            try queue.inDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            let migrator = Schema.migrator
            if try queue.read(migrator.hasBeenSuperseded) { throw StoreError.newer(path: path) }
            try migrator.migrate(queue)
            epoch = try queue.write { try Self.startEpoch(nowMs: nowMs, in: $0) }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Makes all changes in one transaction that is synced when this returns.
    ///
    /// Outcomes are those of the jobs, in order.
    package func commit(_ changes: [StoreChange], nowMs: Int) async throws(StoreError) -> [StoreOutcome] {
        do {
            let outcomes = try await queue.write { db in
                var commit = StoreCommit(db, nowMs: nowMs)
                for change in changes { try commit.apply(change) }
                return try commit.finish()
            }
            let bytes = changes.reduce(0) { if case .job(let job) = $1 { $0 + job.byteCount } else { $0 } }
            bytesInLog.add(bytes, ordering: .relaxed)
            return outcomes
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Folds the write-ahead log into the database when it has grown long.
    ///
    /// Between commits, so that nobody waits for a receipt while it runs; a reader in the middle of something makes it
    /// wait for another time.
    package func checkpointIfDue() async throws(StoreError) {
        guard bytesInLog.load(ordering: .relaxed) >= Self.checkpointBytes else { return }
        do {
            let (frames, folded) = try await queue.writeWithoutTransaction { try $0.checkpoint(.passive) }
            if frames == folded { bytesInLog.store(0, ordering: .relaxed) }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Bounds the database's size: what would go beyond it fails as on a full disk.
    ///
    /// Nil takes the bound away.
    package func limit(bytes: Int?) async throws(StoreError) {
        do {
            try await queue.writeWithoutTransaction { db in
                let pageBytes = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 4096
                let pages = bytes.map { max(1, $0 / pageBytes) } ?? 0xFFFF_FFFE
                _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages)")
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Drops the frames of at most `limit` jobs accepted before `acceptedBeforeMs`; headers and results stay.
    ///
    /// Returns how many jobs lost theirs.
    package func dropFrames(acceptedBeforeMs: Int, limit: Int = 1000) async throws(StoreError) -> Int {
        do {
            return try await queue.write { db in
                let jobs = try Int64.fetchAll(
                    db,
                    sql: """
                        SELECT id FROM job WHERE accepted_ms < ?
                        AND EXISTS (SELECT 1 FROM frame WHERE job_id = job.id) ORDER BY id LIMIT ?
                        """,
                    arguments: [acceptedBeforeMs, limit])
                let statement = try db.cachedStatement(sql: "DELETE FROM frame WHERE job_id = ?")
                for job in jobs { try statement.execute(arguments: [job]) }
                return jobs.count
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Runs on the connection's thread after everything that was asked before, and closes the database.
    package func close() async throws(StoreError) {
        do {
            try await queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA optimize") }
            try queue.close()
            lock.withLock { $0 = nil }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    private static func startEpoch(nowMs: Int, in db: Database) throws -> Int {
        try db.execute(
            sql: """
                INSERT INTO collector (key, value) VALUES ('epoch', ?1)
                ON CONFLICT (key) DO UPDATE SET value = max(?1, value + 1)
                """,
            arguments: [nowMs])
        return try Int.fetchOne(db, sql: "SELECT value FROM collector WHERE key = 'epoch'") ?? nowMs
    }
}
