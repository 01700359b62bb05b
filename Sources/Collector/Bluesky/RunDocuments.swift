package import ClusterProtocol
import Foundation
package import ZeroMQ

/// Turns what the store holds of one run, and how far it is, into documents: start, descriptors, events in the order of
/// their numbers, stop.
///
/// A value without sockets, clock or disk: times come in, documents come out, and ``note`` is all that has to survive.
package struct RunDocuments: Sendable {
    /// What is said of every run alike.
    package struct Context: Sendable {
        /// Name and version of the publisher.
        package var software: String
        /// How long nothing may happen before a run that nobody closed is taken for over.
        package var idle: Duration

        package init(software: String, idle: Duration) {
            self.software = software
            self.idle = idle
        }
    }

    /// From so many spectra at once on they are sent as pages.
    package static let pageFrom = 32
    /// The most spectra of one page.
    package static let pageLimit = 100
    private static let progressInterval: Duration = .seconds(1)

    /// The run's name.
    package let run: Name
    /// What has to be remembered.
    package private(set) var note: RunNote
    /// A number that people know the run by; 0 until the store knows the run.
    package var scanID: Int
    private let context: Context
    private var progress: ProgressEvent?
    private var toldProgress: ProgressEvent?
    private var toldProgressAt: MonotonicTime?
    private var latestNumber = 0
    private var changedAt: MonotonicTime
    /// Since when there are jobs of which nothing was told.
    private var pendingSince: MonotonicTime?

    /// The documents of a run from where `note` says they are.
    package init(_ run: Name, scanID: Int, note: RunNote, context: Context, at now: MonotonicTime) {
        self.run = run
        self.scanID = scanID
        self.note = note
        self.context = context
        changedAt = now
    }

    /// Whether a start document is out and no stop document.
    package var isOpen: Bool { note.start != nil }

    /// Whether the store has spectra whose events were not sent.
    package var hasMore: Bool { max(latestNumber, progress?.spectra ?? 0) > note.published }

    /// Whether nothing has to be done before there are news.
    package var isAtRest: Bool { !isOpen && !hasMore && (progress?.acquired ?? 0) <= note.acquired }

    /// Takes how far the run is.
    package mutating func update(_ progress: ProgressEvent, at now: MonotonicTime) {
        // A rate that sinks is no sign of life.
        if self.progress.map({ Self.counts(of: $0) != Self.counts(of: progress) }) ?? true { changedAt = now }
        self.progress = progress
        if !isOpen, progress.acquired > note.acquired, pendingSince == nil { pendingSince = now }
    }

    /// Takes the number of the spectrum that was stored last.
    package mutating func stored(upTo number: Int, at now: MonotonicTime) {
        guard number > latestNumber else { return }
        latestNumber = number
        changedAt = now
    }

    /// The store has no spectrum after ``RunNote/published``, whatever was said.
    package mutating func nothingMore() {
        latestNumber = note.published
        if let spectra = progress?.spectra { progress?.spectra = min(spectra, note.published) }
    }

    /// Somebody listened when the start document went out.
    package mutating func heard() { note.wasHeard = true }

    /// The documents of stored spectra, which follow each other from the one after ``RunNote/published`` on.
    package mutating func take(_ spectra: [AnalysedSpectrum], timeS: Double) -> [Document] {
        guard let first = spectra.first else { return [] }
        var documents = begin(with: first, timeS: timeS)
        guard let start = note.start else { return [] }
        let id = DocumentID(run: start.uid)
        var schema = note.schema ?? PrimarySchema()
        var isWider = note.schema == nil
        for spectrum in spectra where schema.widen(to: spectrum) { isWider = true }
        if isWider {
            note.schema = schema
            note.descriptors += 1
            documents.append(primaryDescriptor(id, schema, timeS: timeS))
        }
        let descriptor = id.text(.primaryDescriptor, note.descriptors)
        let batches = EventBatch.batches(
            of: spectra, schema: schema, id: id, descriptor: descriptor, base: note.base)
        documents += batches
        note.published = spectra.last?.n ?? note.published
        return documents
    }

    /// What time alone brings: progress once a second, and the stop document once the run is over.
    package mutating func tick(at now: MonotonicTime, timeS: Double) -> [Document] {
        guard let progress else { return endIfSilent(at: now, timeS: timeS) }
        var documents: [Document] = []
        if !isOpen {
            // A run whose first spectra are on their way begins with them: then it is known what they are of.
            let hasWaited = pendingSince.map { $0.advanced(by: Self.progressInterval) <= now } ?? false
            guard progress.acquired > note.acquired, hasWaited || progress.state == .done, !hasMore else { return [] }
            documents = begin(with: nil, timeS: timeS)
        }
        let isOver = progress.state == .done && !hasMore
        let isDue = toldProgressAt.map { $0.advanced(by: Self.progressInterval) <= now } ?? true
        let isNews = toldProgress.map { Self.counts(of: $0) != Self.counts(of: progress) } ?? true
        if isNews, isDue || isOver {
            documents += progressDocuments(progress, timeS: timeS)
            toldProgressAt = now
        }
        if isOver {
            documents.append(end(RunEnding(done: progress), timeS: timeS))
            return documents
        }
        return documents + endIfSilent(at: now, timeS: timeS)
    }

    /// What somebody who comes late must know to read the events that follow.
    package func repeated(timeS: Double) -> [Document] {
        guard let start = note.start else { return [] }
        let id = DocumentID(run: start.uid)
        var documents = [startDocument(start)]
        if let schema = note.schema { documents.append(primaryDescriptor(id, schema, timeS: timeS)) }
        if note.progressEvents > 0 { documents.append(ProgressStream.descriptor(id, timeS: timeS)) }
        return documents
    }

    private mutating func begin(with spectrum: AnalysedSpectrum?, timeS: Double) -> [Document] {
        guard note.start == nil else { return [] }
        var start = RunNote.Start(uid: UUID(), timeS: timeS, expected: progress?.expected, continues: note.last)
        for member in spectrum?.identity.members ?? [] {
            switch member.value {
            case .text(let text): start.texts[member.key] = text
            case .integer(let integer): start.integers[member.key] = integer
            default: break
            }
        }
        start.dimensions = (spectrum?.dimensions ?? []).map(PrimarySchema.key(ofMeta:))
        note.start = start
        pendingSince = nil
        note.base = note.published
        (note.schema, note.descriptors, note.progressEvents, note.wasHeard) = (nil, 0, 0, false)
        return [startDocument(start)]
    }

    private func startDocument(_ start: RunNote.Start) -> Document {
        // Of a scan along no named axis, time is the axis.
        let dimensions = start.dimensions.isEmpty ? ["time"] : start.dimensions
        var content: DocumentObject = [
            "uid": .text(DocumentID(run: start.uid).text), "time": .number(start.timeS),
            "scan_id": .integer(scanID), "plan_type": .text("generator"), "plan_name": .text("corelevel"),
            "run": .text(run.text), "detectors": .texts(["corelevel"]),
            "hints": .object([
                "dimensions": .list(dimensions.map { .list([.texts([$0]), .text("primary")]) })
            ]),
            "versions": .object(["corelevel": .text(context.software)]),
        ]
        content["num_points"] = start.expected.map { .integer($0) }
        content["continues"] = start.continues.map { .text(DocumentID(run: $0).text) }
        for (key, text) in start.texts.sorted(by: { $0.key < $1.key }) where key != "scan_id" {
            content[key] = .text(text)
        }
        for (key, integer) in start.integers.sorted(by: { $0.key < $1.key }) { content[key] = .integer(integer) }
        return Document(.start, content)
    }

    private func primaryDescriptor(_ id: DocumentID, _ schema: PrimarySchema, timeS: Double) -> Document {
        var content: DocumentObject = [
            "uid": .text(id.text(.primaryDescriptor, note.descriptors)), "run_start": .text(id.text),
            "name": .text("primary"), "time": .number(timeS), "data_keys": .object(schema.dataKeys),
        ]
        for member in schema.presentation.members { content[member.key] = member.value }
        return Document(.descriptor, content)
    }

    private mutating func progressDocuments(_ progress: ProgressEvent, timeS: Double) -> [Document] {
        guard let start = note.start else { return [] }
        let id = DocumentID(run: start.uid)
        var documents = note.progressEvents == 0 ? [ProgressStream.descriptor(id, timeS: timeS)] : []
        note.progressEvents += 1
        toldProgress = progress
        documents.append(ProgressStream.event(progress, number: note.progressEvents, id))
        return documents
    }

    private mutating func endIfSilent(at now: MonotonicTime, timeS: Double) -> [Document] {
        guard isOpen, !hasMore, changedAt.advanced(by: context.idle) <= now else { return [] }
        return [end(RunEnding(silent: progress, idle: context.idle), timeS: timeS)]
    }

    private mutating func end(_ ending: RunEnding, timeS: Double) -> Document {
        let uid = note.start?.uid ?? UUID()
        let id = DocumentID(run: uid)
        var counts = DocumentObject()
        if note.descriptors > 0 { counts["primary"] = .integer(note.published - note.base) }
        if note.progressEvents > 0 { counts["progress"] = .integer(note.progressEvents) }
        var content: DocumentObject = [
            "uid": .text(id.text(.stop)), "run_start": .text(id.text), "time": .number(timeS),
            "exit_status": .text(ending.status.rawValue), "num_events": .object(counts),
        ]
        content["reason"] = ending.reason.map { .text($0) }
        note.start = nil
        note.last = uid
        note.base = note.published
        note.acquired = max(note.acquired, progress?.acquired ?? 0)
        (toldProgress, toldProgressAt) = (nil, nil)
        return Document(.stop, content)
    }

    /// What people look at: not when it was so, nor how fast it went.
    private static func counts(of progress: ProgressEvent) -> ProgressEvent {
        var counts = progress
        (counts.n, counts.timeMs, counts.rateHz, counts.etaS) = (0, 0, 0, nil)
        return counts
    }
}
