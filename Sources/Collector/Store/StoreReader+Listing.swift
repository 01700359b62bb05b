package import ClusterProtocol
import GRDB

/// Lists of a run's spectra for people.
extension StoreReader {
    private static let spectraPerPage = 1000

    /// Visits all spectra of a run in the order of its jobs, page by page: by `seq`, and jobs without one as they were
    /// accepted, with their keys to tell those of one millisecond apart.
    ///
    /// The order of storing is that of the workers. Each page is a transaction of its own, for a long one would keep the
    /// writer's log from being folded back; what is stored meanwhile is not in the list.
    package func forEachPage(of run: Name, _ visit: ([StoredSpectrum]) async throws -> Void) async throws {
        let jobs = try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT job.id, job.spectra FROM run JOIN job ON job.run_id = run.id WHERE run.name = ?
                    ORDER BY job.seq IS NULL, job.seq, job.accepted_ms, job.job
                    """,
                arguments: [run.text]
            ).map { (id: $0[0] as Int64, spectra: $0[1] as Int) }
        }
        var first = 0
        while first < jobs.count {
            var end = first
            var spectra = 0
            while end < jobs.count, spectra < Self.spectraPerPage {
                spectra += jobs[end].spectra
                end += 1
            }
            let ids = jobs[first..<end].map(\.id)
            try await visit(try await read { db in try Self.spectra(ofJobs: ids, in: db) })
            first = end
        }
    }

    private static func spectra(ofJobs ids: [Int64], in db: Database) throws -> [StoredSpectrum] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT run.name, job.job, job.seq, result."index", result.n, job.model, result.row
                FROM job JOIN run ON run.id = job.run_id JOIN result ON result.job_id = job.id
                WHERE job.id = ? ORDER BY result."index"
                """)
        return try ids.flatMap { try Row.fetchAll(statement, arguments: [$0]).map(StoredSpectrum.init) }
    }
}
