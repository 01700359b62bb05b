import ClusterProtocol
import Foundation
import GRDB

/// One transaction of the store: keeps the runs it touches in memory and writes their counts once, at the end.
struct StoreCommit {
    private struct Run {
        let id: Int64
        var jobs: Int
        var spectra: Int
    }

    private let db: Database
    private let nowMs: Int
    private var runs: [Name: Run] = [:]
    private var outcomes: [StoreOutcome] = []

    init(_ db: Database, nowMs: Int) {
        self.db = db
        self.nowMs = nowMs
    }

    mutating func apply(_ change: StoreChange) throws {
        switch change {
        case .job(let job): outcomes.append(try insert(job))
        case .run(let counts): try update(counts)
        case .dead(let letter):
            try execute(
                """
                INSERT INTO dead_letter (run, job, died_ms, letter) VALUES (?, ?, ?, ?)
                ON CONFLICT (run, job) DO UPDATE SET died_ms = excluded.died_ms, letter = excluded.letter
                """,
                [letter.id.run.text, letter.id.job.text, letter.diedMs, String(decoding: letter.json(), as: UTF8.self)])
        case .revived(let id):
            try execute("DELETE FROM dead_letter WHERE run = ? AND job = ?", [id.run.text, id.job.text])
        case .allRevived:
            try execute("DELETE FROM dead_letter", [])
        case .note(let audience, let run, let json):
            try execute(
                """
                INSERT INTO audience_note (audience, run, note) VALUES (?, ?, ?)
                ON CONFLICT (audience, run) DO UPDATE SET note = excluded.note
                """,
                [audience, run.text, json])
        }
    }

    /// Writes the counts of the runs that were touched.
    mutating func finish() throws -> [StoreOutcome] {
        for run in runs.values {
            try execute("UPDATE run SET jobs = ?, spectra = ? WHERE id = ?", [run.jobs, run.spectra, run.id])
        }
        return outcomes
    }

    private mutating func insert(_ job: DeliveredJob) throws -> StoreOutcome {
        var run = try run(named: job.id.run)
        let firstNumber = run.spectra + 1
        try execute(
            """
            INSERT INTO job (run_id, job, seq, spectra, first_n, attempt, worker, model, accepted_ms, stored_ms, header)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (run_id, job) DO NOTHING
            """,
            [
                run.id, job.id.job.text, job.seq, job.rows.count, firstNumber, job.attempt, job.worker, job.model,
                job.acceptedMs, nowMs, job.header,
            ])
        guard db.changesCount > 0 else { return try compare(job, runID: run.id) }
        let id = db.lastInsertedRowID
        for (position, frame) in job.frames.enumerated() {
            try execute("INSERT INTO frame (job_id, position, bytes) VALUES (?, ?, ?)", [id, position, frame])
        }
        for (index, row) in job.rows.enumerated() {
            try execute(
                #"INSERT INTO result (job_id, "index", run_id, n, row) VALUES (?, ?, ?, ?, ?)"#,
                [id, index, run.id, firstNumber + index, row])
        }
        try execute("DELETE FROM dead_letter WHERE run = ? AND job = ?", [job.id.run.text, job.id.job.text])
        run.jobs += 1
        run.spectra += job.rows.count
        runs[job.id.run] = run
        return .stored(firstNumber: firstNumber)
    }

    /// A job whose key is taken: the same one again, or another that came after the broker had forgotten the key.
    private func compare(_ job: DeliveredJob, runID: Int64) throws -> StoreOutcome {
        let stored = try Row.fetchOne(
            db, sql: "SELECT id, header, accepted_ms FROM job WHERE run_id = ? AND job = ?",
            arguments: [runID, job.id.job.text])
        guard let stored else { return .alreadyStored }
        let frames = try Data.fetchAll(
            db, sql: "SELECT bytes FROM frame WHERE job_id = ? ORDER BY position", arguments: [stored["id"] as Int64])
        let framesWereDropped = frames.isEmpty
        if stored["header"] == job.header, framesWereDropped || frames == job.frames { return .alreadyStored }
        let date = Date(timeIntervalSince1970: Double(stored["accepted_ms"] as Int) / 1000)
        return .refused(
            "run \(job.id.run) holds another job \(job.id.job) already, accepted \(date.ISO8601Format()): use a new run name"
        )
    }

    private mutating func update(_ counts: RunCounts) throws {
        let run = try run(named: counts.run)
        try execute("UPDATE run SET counts = ? WHERE id = ?", [String(decoding: counts.json(), as: UTF8.self), run.id])
    }

    private mutating func run(named name: Name) throws -> Run {
        if let run = runs[name] { return run }
        try execute("INSERT INTO run (name) VALUES (?) ON CONFLICT (name) DO NOTHING", [name.text])
        let row = try Row.fetchOne(db, sql: "SELECT id, jobs, spectra FROM run WHERE name = ?", arguments: [name.text])
        guard let row else { throw DatabaseError(message: "run \(name) vanished") }
        let run = Run(id: row["id"], jobs: row["jobs"], spectra: row["spectra"])
        runs[name] = run
        return run
    }

    private func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }
}
