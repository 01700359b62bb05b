import GRDB

/// The tables of the store and their versions.
///
/// Released migrations never change: a new version is a new migration.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: runs, jobs, results, dead letters") { try $0.execute(sql: version1) }
        migrator.registerMigration("2: notes of audiences") { try $0.execute(sql: version2) }
        return migrator
    }

    /// `run.spectra` is the number of the run's latest stored spectrum, `result.n`, the event number of the wire;
    /// `run.counts` is the broker's last word on the run, as JSON.
    ///
    /// Results of one job follow each other, so that `job.first_n + result."index"` is `n` too. Frames stand in a table
    /// of their own: they can go (retention) while the job, its header and its results stay.
    private static let version1 = """
        CREATE TABLE run (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            counts TEXT,
            jobs INTEGER NOT NULL DEFAULT 0,
            spectra INTEGER NOT NULL DEFAULT 0
        ) STRICT;

        CREATE TABLE job (
            id INTEGER PRIMARY KEY,
            run_id INTEGER NOT NULL REFERENCES run (id),
            job TEXT NOT NULL,
            seq INTEGER,
            spectra INTEGER NOT NULL,
            first_n INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            worker TEXT NOT NULL,
            model TEXT NOT NULL,
            accepted_ms INTEGER NOT NULL,
            stored_ms INTEGER NOT NULL,
            header TEXT NOT NULL,
            UNIQUE (run_id, job)
        ) STRICT;

        CREATE TABLE frame (
            job_id INTEGER NOT NULL REFERENCES job (id),
            position INTEGER NOT NULL,
            bytes BLOB NOT NULL,
            PRIMARY KEY (job_id, position)
        ) STRICT;

        CREATE TABLE result (
            job_id INTEGER NOT NULL REFERENCES job (id),
            "index" INTEGER NOT NULL,
            run_id INTEGER NOT NULL REFERENCES run (id),
            n INTEGER NOT NULL,
            row TEXT NOT NULL,
            PRIMARY KEY (job_id, "index"),
            UNIQUE (run_id, n)
        ) STRICT;

        CREATE TABLE dead_letter (
            run TEXT NOT NULL,
            job TEXT NOT NULL,
            died_ms INTEGER NOT NULL,
            letter TEXT NOT NULL,
            PRIMARY KEY (run, job)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE collector (
            key TEXT PRIMARY KEY,
            value INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE VIEW spectrum AS
        SELECT run.name AS run, job.job, job.seq, result."index", result.n,
            json_extract(result.row, '$.shift_eV') AS shift_eV, json_extract(result.row, '$.error') AS error,
            job.model, job.attempt, job.worker, job.accepted_ms, job.stored_ms, result.row
        FROM result JOIN job ON job.id = result.job_id JOIN run ON run.id = result.run_id;
        """

    /// What an audience has told of a run, as JSON of its own.
    private static let version2 = """
        CREATE TABLE audience_note (
            audience TEXT NOT NULL,
            run TEXT NOT NULL,
            note TEXT NOT NULL,
            PRIMARY KEY (audience, run)
        ) STRICT, WITHOUT ROWID;
        """
}
