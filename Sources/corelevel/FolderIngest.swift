import Client
import ClusterProtocol
import Foundation
import Ingest
import Spectroscopy
import SpectrumFiles

/// Looks at a folder again and again, and submits what is whole and new.
struct FolderIngest {
    private static let lookInterval: Duration = .milliseconds(250)
    /// Without a word from the kernel the folder is looked through every so many intervals.
    private static let looksApart = 4

    let folder: String
    let run: Name
    let ledger: IngestLedger
    let client: Client
    let options: SpectrumFile.Options
    let patience: Duration
    let report: (IngestLedger.Entry, Int) -> Void
    /// How many files were refused.
    private(set) var refusals = 0
    /// How many files were submitted or refused.
    private(set) var reports = 0

    private var settling: Settling
    /// Files that could not be read and may still be growing.
    private var suspects: Set<FileStamp> = []
    private var isFolderGone = false

    init(
        folder: String, run: Name, ledger: IngestLedger, client: Client, options: SpectrumFile.Options, quiet: Duration,
        patience: Duration, report: @escaping (IngestLedger.Entry, Int) -> Void
    ) {
        (self.folder, self.run, self.ledger, self.client, self.options) = (folder, run, ledger, client, options)
        (self.patience, self.report) = (patience, report)
        settling = Settling(quiet: quiet)
    }

    /// Goes on until it is stopped, or, where it does not watch, until every file that is there has had its turn.
    mutating func run(isWatching: Bool, isStopping: () -> Bool) async throws {
        var notices = MoveNotices(folder: folder)
        let start = ContinuousClock.now
        var renamed: Set<String> = []
        var looks = 0
        while !isStopping() {
            let moved = notices.take()
            renamed.formUnion(moved)
            if looks % Self.looksApart == 0 || !moved.isEmpty {
                try await look(renamed: &renamed, now: ContinuousClock.now - start, isStopping: isStopping)
                if !isWatching, settling.waitingCount == 0 { return }
            }
            looks += 1
            try await Task.sleep(for: Self.lookInterval)
        }
    }

    private mutating func look(renamed: inout Set<String>, now: Duration, isStopping: () -> Bool) async throws {
        let files: [FileStamp]
        do {
            files = try FolderListing.files(in: folder).filter { ledger.entry(for: $0) == nil }
            isFolderGone = false
        } catch {
            // A network's folder comes back.
            if !isFolderGone { StandardError.say("\(error); it is looked for again") }
            isFolderGone = true
            return
        }
        let wallNs = Int(Date().timeIntervalSince1970 * 1e9)
        let whole = settling.whole(among: files, renamed: renamed, now: now, wallNs: wallNs)
        suspects.formIntersection(files)
        for file in whole {
            if isStopping() { return }
            let age = Duration.nanoseconds(max(0, wallNs - file.modifiedNs))
            let isPatienceOver = max(settling.quietTime(of: file, now: now), age) >= patience
            if suspects.contains(file), !isPatienceOver { continue }
            try await take(file, isLast: isPatienceOver || renamed.contains(file.path))
            renamed.remove(file.path)
        }
        let left = files.filter { ledger.entry(for: $0) == nil }
        renamed.formIntersection(left.map(\.path))
        if left.isEmpty { settling = Settling(quiet: settling.quiet) }
    }

    /// Reads and submits a file; one that cannot be read is refused if this was its last chance.
    private mutating func take(_ file: FileStamp, isLast: Bool) async throws {
        let path = folder + "/" + file.path
        let content: [UInt8]
        do {
            content = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            try refuse(file, digest: "", "it cannot be opened: \(error.localizedDescription)", isLast: isLast)
            return
        }
        // Somebody wrote while it was read: it is another file now.
        guard content.count == file.size else { return }
        let digest = ContentDigest.text(of: content, at: file.path)
        if ledger.wasSubmitted(digest) {
            try ledger.add(IngestLedger.Entry(file, digest: digest, jobs: 0))
            return
        }
        let spectra: SpectrumFile
        do {
            spectra = try FileReading.read(path, options: options)
        } catch {
            let place = (error as? SpectrumFileError).map { error in
                error.line.map { "line \($0): " } ?? error.offset.map { "byte \($0): " } ?? ""
            }
            let reason = (error as? SpectrumFileError)?.reason ?? "\(error)"
            try refuse(file, digest: digest, (place ?? "") + reason, isLast: isLast)
            return
        }
        try await submit(spectra, of: file, digest: digest)
    }

    private mutating func refuse(_ file: FileStamp, digest: String, _ reason: String, isLast: Bool) throws {
        guard isLast else {
            suspects.insert(file)
            return
        }
        let entry = IngestLedger.Entry(file, digest: digest, refused: reason)
        try ledger.add(entry)
        refusals += 1
        reports += 1
        report(entry, 0)
    }

    private mutating func submit(_ content: SpectrumFile, of file: FileStamp, digest: String) async throws {
        let jobs: [SpectrumJob]
        do {
            let numbers = content.numbers
            jobs = try zip(content.spectra, numbers).map { spectrum, number in
                try SpectrumJob(
                    spectrum, source: file.path, block: number, run: run,
                    key: SpectrumJob.key(
                        file: file.path, digest: digest, number: number, largest: numbers.max() ?? number))
            }
        } catch {
            try refuse(file, digest: digest, "\(error)", isLast: true)
            return
        }
        // The client waits for a broker that is away; the stream ends early only where there never was one.
        let stream = client.submissions()
        for job in jobs { try await stream.send(job.submission) }
        let summary = await stream.finish()
        if let error = summary.errors.first {
            // What may still succeed is tried again at the next look, under the same keys.
            if summary.errors.contains(where: \.isRetriable) { throw error }
            try refuse(file, digest: digest, "the broker says: \(error)", isLast: true)
            return
        }
        for notice in content.notices { StandardError.say("\(file.path): \(notice)") }
        let entry = IngestLedger.Entry(file, digest: digest, jobs: jobs.count)
        try ledger.add(entry)
        reports += 1
        report(entry, summary.duplicates)
    }
}
