import ClusterProtocol
import Collector
import Foundation

/// A directory of a test's own, removed with it.
final class TemporaryDirectory: Sendable {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("collector-\(UUID().uuidString)")

    init() { try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    func store(nowMs: Int = 1) throws -> Store { try Store(directory: url, nowMs: nowMs) }

    func reader() throws -> StoreReader { try StoreReader(directory: url) }
}

extension DeliveredJob {
    static func sample(
        _ job: String, run: String = "scan", header: String = #"{"v":1}"#, frames: [Data] = [Data([1, 2, 3, 4])],
        rows: [String] = [#"{"shift_eV":0.5}"#], attempt: Int = 1, acceptedMs: Int = 1_000
    ) -> DeliveredJob {
        DeliveredJob(
            id: JobID(run: Name(checked: run), job: Name(checked: job)), seq: nil, attempt: attempt, worker: "w",
            model: "m", acceptedMs: acceptedMs, header: header, frames: frames, rows: rows)
    }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
