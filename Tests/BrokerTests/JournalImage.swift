import Broker
import Foundation
import Synchronization
import Testing

/// A directory that is gone with its owner.
final class ScratchDirectory: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    func read(_ name: String) -> [UInt8] {
        FileManager.default.contents(atPath: path + "/" + name).map { [UInt8]($0) } ?? []
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(filePath: path + "/" + name))
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: path + "/" + name)
    }
}

/// The journal's files at one instant.
typealias JournalImage = [String: [UInt8]]

/// Puts images where a journal can be recovered from; writes only what changed since the last.
final class ImageBench {
    private let directory: ScratchDirectory
    private var present: JournalImage = [:]

    init() throws {
        directory = try ScratchDirectory()
    }

    func recover(_ image: JournalImage) throws -> JournalRecovery {
        for name in present.keys where image[name] == nil { try directory.remove(name) }
        for (name, bytes) in image where present[name] != bytes { try directory.write(bytes, to: name) }
        present = image
        return try JournalRecovery(disk: JournalDisk(directory: directory.path, observer: nil))
    }
}

/// Watches a journal's file operations and keeps what was on disk before each.
final class OperationRecorder: Sendable {
    struct Step {
        var operation: JournalOperation
        /// Files just before the operation.
        var before: JournalImage
        /// What the test had to say at that time.
        var note: Int
    }

    private let directory: ScratchDirectory
    private let content = Mutex<([JournalOperation], [JournalImage], [Int])>(([], [], []))
    private let noteNow = Atomic<Int>(0)
    private let keepsImages: Bool
    private let fault: @Sendable (JournalOperation, Int) -> Int32

    init(
        directory: ScratchDirectory, keepsImages: Bool = true,
        fault: @escaping @Sendable (JournalOperation, Int) -> Int32 = { _, _ in 0 }
    ) {
        self.directory = directory
        self.keepsImages = keepsImages
        self.fault = fault
    }

    var note: Int {
        get { noteNow.load(ordering: .sequentiallyConsistent) }
        set { noteNow.store(newValue, ordering: .sequentiallyConsistent) }
    }

    func observe(_ operation: JournalOperation) -> Int32 {
        let image = keepsImages ? currentImage() : [:]
        let count = content.withLock { content in
            content.0.append(operation)
            content.1.append(image)
            content.2.append(note)
            return content.0.count
        }
        return fault(operation, count - 1)
    }

    func currentImage() -> JournalImage {
        let last = content.withLock { ($0.1.last ?? [:], $0.0.last) }
        var image: JournalImage = [:]
        for name in (try? directory.names()) ?? [] where name.hasSuffix(".segment") || name.hasSuffix(".spare") {
            // Only what the last operation touched can differ.
            if let known = last.0[name], let operation = last.1, !operation.touches(name) {
                image[name] = known
            } else {
                image[name] = directory.read(name)
            }
        }
        return image
    }

    var operations: [JournalOperation] { content.withLock { $0.0 } }

    var steps: [Step] {
        content.withLock { content in
            zip(zip(content.0, content.1), content.2).map { Step(operation: $0.0, before: $0.1, note: $1) }
        }
    }
}

extension JournalOperation {
    func touches(_ name: String) -> Bool {
        switch self {
        case .create(let touched, _), .write(let touched, _), .sync(let touched), .cut(let touched, _),
            .remove(let touched):
            touched == name
        case .rename(let from, let to): from == name || to == name
        case .syncDirectory: false
        }
    }
}

/// A journal without its threads: every commit happens where the test says so.
struct WriterBench {
    let directory: ScratchDirectory
    let recorder: OperationRecorder
    var writer: JournalWriter

    init(
        directory: ScratchDirectory, recorder: OperationRecorder, segmentBytes: Int, spareSegments: Int = 1
    ) throws {
        self.directory = directory
        self.recorder = recorder
        var configuration = JournalConfiguration()
        configuration.segmentBytes = segmentBytes
        configuration.spareSegments = spareSegments
        let disk = JournalDisk(directory: directory.path, observer: { recorder.observe($0) })
        var recovery = try JournalRecovery(disk: disk)
        try recovery.settle()
        let index = JournalIndex(state: recovery.replay.state, segments: recovery.segments.map(\.segment))
        writer = try JournalWriter(disk: disk, configuration: configuration, index: index, recovery: recovery)
    }

    /// Commits all, in as many batches as it takes; returns what failed.
    mutating func commit(_ records: [JournalRecord]) -> [(records: ArraySlice<JournalRecord>, failure: JournalError)] {
        var failed: [(ArraySlice<JournalRecord>, JournalError)] = []
        var rest = records[...]
        while !rest.isEmpty {
            let outcome = writer.commit(rest.map { JournalWriter.Item($0) }[...])
            if let failure = outcome.failure { failed.append((rest.prefix(outcome.itemCount), failure)) }
            rest = rest.dropFirst(outcome.itemCount)
        }
        return failed
    }

    /// Drops what can be dropped.
    mutating func reclaim() throws {
        _ = try writer.reclaim()
        while writer.isReclaiming {
            if let failure = writer.commit([]).failure { throw failure }
            _ = try writer.reclaim()
        }
    }
}
