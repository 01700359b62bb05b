import Foundation
import Ingest
import Testing

@Suite struct IngestLedgerTests {
    private let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).jsonl")

    private func stamp(_ path: String, size: Int = 5) -> FileStamp {
        FileStamp(path: path, size: size, modifiedNs: 7, inode: 3)
    }

    @Test func whatWasDoneIsKnownAfterARestart() throws {
        defer { try? FileManager.default.removeItem(at: url) }
        do {
            let ledger = try IngestLedger(url)
            try ledger.add(.init(stamp("a.vms"), digest: "1", jobs: 3))
            try ledger.add(.init(stamp("b.txt"), digest: "2", refused: "no \"numbers\"\nin it"))
        }
        let ledger = try IngestLedger(url)
        #expect(ledger.entry(for: stamp("a.vms"))?.jobs == 3)
        #expect(ledger.entry(for: stamp("a.vms", size: 6)) == nil)
        #expect(ledger.wasSubmitted("1") && !ledger.wasSubmitted("2"))
        #expect(ledger.refusals.map(\.refused) == ["no \"numbers\"\nin it"])
    }

    @Test func aTornEndAndForeignLinesCostThemselvesAlone() throws {
        defer { try? FileManager.default.removeItem(at: url) }
        do {
            let ledger = try IngestLedger(url)
            try ledger.add(.init(stamp("a.vms"), digest: "1", jobs: 3))
        }
        let whole = try Data(contentsOf: url)
        for cut in 1..<whole.count {
            try (whole + Data("nonsense\n".utf8) + whole.prefix(cut)).write(to: url)
            let ledger = try IngestLedger(url)
            #expect(ledger.wasSubmitted("1"))
            try ledger.add(.init(stamp("b.vms"), digest: "9", jobs: 1))
        }
        #expect(try IngestLedger(url).wasSubmitted("9"))
    }

    @Test func aFileThatIsRepairedIsNoLongerRefused() throws {
        defer { try? FileManager.default.removeItem(at: url) }
        let ledger = try IngestLedger(url)
        try ledger.add(.init(stamp("a.vms"), digest: "1", refused: "cut off"))
        try ledger.add(.init(stamp("a.vms", size: 9), digest: "2", jobs: 1))
        #expect(ledger.refusals.isEmpty && ledger.entry(for: stamp("a.vms")) == nil)
    }

    @Test func twoProcessesDoNotShareOne() throws {
        defer { try? FileManager.default.removeItem(at: url) }
        let ledger = try IngestLedger(url)
        #expect(throws: IngestError.busy(path: url.path)) { try IngestLedger(url) }
        withExtendedLifetime(ledger) {}
        #expect(throws: IngestError.self) { try IngestLedger(URL(fileURLWithPath: "/proc/none/x")) }
    }
}
