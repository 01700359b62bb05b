package import ClusterProtocol
import GRDB

/// What audiences read: spectra with what was measured, and their own notes.
extension StoreReader {
    /// A stored spectrum and the job it is of.
    package struct SpectrumOfJob: Sendable {
        package var spectrum: StoredSpectrum
        /// The job's header as it was submitted.
        package var header: String
        package var acceptedMs: Int
    }

    /// Spectra of a run with a number above `after`, in order: at most `limit`, and no more than about `byteLimit`
    /// bytes.
    package func spectraOfJobs(
        run: Name, after: Int, limit: Int, byteLimit: Int = 16 << 20
    ) async throws(StoreError) -> [SpectrumOfJob] {
        try await read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT run.name, job.job, job.seq, result."index", result.n, job.model, result.row, job.header,
                        job.accepted_ms
                    FROM run JOIN result ON result.run_id = run.id JOIN job ON job.id = result.job_id
                    WHERE run.name = ? AND result.n > ? ORDER BY result.n LIMIT ?
                    """,
                arguments: [run.text, after, limit])
            var spectra: [SpectrumOfJob] = []
            var bytes = 0
            while bytes < byteLimit, let row = try rows.next() {
                let spectrum = SpectrumOfJob(spectrum: StoredSpectrum(row), header: row[7], acceptedMs: row[8])
                bytes += spectrum.spectrum.row.utf8.count + spectrum.header.utf8.count
                spectra.append(spectrum)
            }
            return spectra
        }
    }

    /// A number of the run that no other run of this store has, from 1; 0 for a run that is not stored yet.
    package func number(of run: Name) async throws(StoreError) -> Int {
        try await read { db in
            try Int.fetchOne(db, sql: "SELECT id FROM run WHERE name = ?", arguments: [run.text]) ?? 0
        }
    }

    /// What an audience has noted of each run.
    package func notes(of audience: String) async throws(StoreError) -> [Name: String] {
        try await read { db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT run, note FROM audience_note WHERE audience = ?", arguments: [audience])
            return Dictionary(rows.map { (Name(checked: $0["run"]), $0["note"]) }, uniquingKeysWith: { $1 })
        }
    }
}
