package import ClusterProtocol
package import Foundation
import GRDB

/// Reads a store while its collector writes it, from the same or another process.
///
/// Read-only, in short transactions: a long one would keep the writer's log from being folded back.
package final class StoreReader: Sendable {
    private let path: String
    private let queue: DatabaseQueue

    /// Opens the store in `directory`.
    package init(directory: URL) throws(StoreError) {
        let path = directory.appendingPathComponent(Store.fileName).path
        self.path = path
        guard FileManager.default.fileExists(atPath: path) else { throw .missing(path: path) }
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            queue = try DatabaseQueue(path: path, configuration: configuration)
            let migrator = Schema.migrator
            let (isNewer, isComplete) = try queue.read {
                (try migrator.hasBeenSuperseded($0), try migrator.hasCompletedMigrations($0))
            }
            if isNewer { throw StoreError.newer(path: path) }
            if !isComplete { throw StoreError.damaged(path: path, reason: "its tables are missing") }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// All runs, or the one with this name, in the order of their first appearance.
    package func runs(named name: Name? = nil) async throws(StoreError) -> [RunRecord] {
        try await read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM run WHERE name = ?1 OR ?1 IS NULL ORDER BY id", arguments: [name?.text]
            ).map(RunRecord.init)
        }
    }

    /// Spectra of a run with a number above `after`, in order: at most `limit`, and no more than about `byteLimit`
    /// bytes of rows.
    package func spectra(
        run: Name, after: Int = 0, limit: Int = 1000, byteLimit: Int = 16 << 20
    ) async throws(StoreError) -> [StoredSpectrum] {
        try await read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT run.name, job.job, job.seq, result."index", result.n, job.model, result.row
                    FROM run JOIN result ON result.run_id = run.id JOIN job ON job.id = result.job_id
                    WHERE run.name = ? AND result.n > ? ORDER BY result.n LIMIT ?
                    """,
                arguments: [run.text, after, limit])
            var spectra: [StoredSpectrum] = []
            var bytes = 0
            while bytes < byteLimit, let row = try rows.next() {
                let spectrum = StoredSpectrum(row)
                bytes += spectrum.row.utf8.count
                spectra.append(spectrum)
            }
            return spectra
        }
    }

    /// The spectra of one job in stack order; nil if it is not stored.
    package func spectra(of id: JobID) async throws(StoreError) -> [StoredSpectrum]? {
        let spectra = try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT run.name, job.job, job.seq, result."index", result.n, job.model, result.row
                    FROM run JOIN job ON job.run_id = run.id JOIN result ON result.job_id = job.id
                    WHERE run.name = ? AND job.job = ? ORDER BY result."index"
                    """,
                arguments: [id.run.text, id.job.text]
            ).map(StoredSpectrum.init)
        }
        return spectra.isEmpty ? nil : spectra
    }

    /// The header and the frames of a job as they came; without frames where retention has dropped them, or nobody asks.
    package func measurement(
        of id: JobID, withFrames: Bool = true
    ) async throws(StoreError) -> (header: String, frames: [Data])? {
        try await read { db in
            let row = try Row.fetchOne(
                db,
                sql: "SELECT job.id, header FROM job JOIN run ON run.id = run_id WHERE run.name = ? AND job.job = ?",
                arguments: [id.run.text, id.job.text])
            guard let row else { return nil }
            guard withFrames else { return (row["header"], []) }
            let frames = try Data.fetchAll(
                db, sql: "SELECT bytes FROM frame WHERE job_id = ? ORDER BY position", arguments: [row["id"] as Int64])
            return (row["header"], frames)
        }
    }

    /// When each known dead letter died, by run and job.
    package func deadLetters() async throws(StoreError) -> [JobID: Int] {
        try await read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT run, job, died_ms FROM dead_letter")
            return Dictionary(
                rows.map { (JobID(run: Name(checked: $0["run"]), job: Name(checked: $0["job"])), $0["died_ms"]) },
                uniquingKeysWith: { $1 })
        }
    }

    /// Ends reading and closes the file.
    package func close() throws { try queue.close() }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await queue.read(body)
        } catch {
            throw StoreError(error, path: path)
        }
    }
}

extension RunRecord {
    fileprivate init(_ row: Row) {
        var counts = row["counts"] as String?
        self.init(
            name: Name(checked: row["name"]),
            counts: counts?.withUTF8 { try? RunCounts(json: UnsafeRawBufferPointer($0)) },
            jobs: row["jobs"], spectra: row["spectra"])
    }
}

extension StoredSpectrum {
    init(_ row: Row) {
        self.init(
            id: JobID(run: Name(checked: row[0]), job: Name(checked: row[1])), seq: row[2], index: row[3], n: row[4],
            model: row[5], row: row[6])
    }
}
