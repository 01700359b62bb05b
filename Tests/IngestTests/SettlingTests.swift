import Ingest
import Testing

@Suite struct SettlingTests {
    private static let wallNs = 1_800_000_000_000_000_000

    private func file(_ path: String, size: Int, modified: Int = wallNs) -> FileStamp {
        FileStamp(path: path, size: size, modifiedNs: modified, inode: 1)
    }

    @Test func aFileIsWholeWhenItHasStayedTheSame() {
        var settling = Settling(quiet: .seconds(2))
        #expect(settling.whole(among: [file("a", size: 10)], now: .seconds(0), wallNs: Self.wallNs).isEmpty)
        #expect(settling.whole(among: [file("a", size: 20)], now: .seconds(1.5), wallNs: Self.wallNs).isEmpty)
        #expect(settling.whole(among: [file("a", size: 20)], now: .seconds(3), wallNs: Self.wallNs).isEmpty)
        let whole = settling.whole(among: [file("a", size: 20)], now: .seconds(3.5), wallNs: Self.wallNs)
        #expect(whole.map(\.path) == ["a"])
        #expect(settling.quietTime(of: file("a", size: 20), now: .seconds(5)) == .seconds(3.5))
    }

    @Test func aRenamedFileAndAnOldOneAreWholeAtOnce() {
        var settling = Settling(quiet: .seconds(2))
        let files = [
            file("moved", size: 1), file("new", size: 1), file("old", size: 1, modified: Self.wallNs - 10_000_000_000),
        ]
        let whole = settling.whole(among: files, renamed: ["moved"], now: .zero, wallNs: Self.wallNs)
        #expect(whole.map(\.path) == ["moved", "old"])
    }

    @Test func aFileOfTheFutureWaits() {
        var settling = Settling(quiet: .seconds(2))
        let files = [file("future", size: 1, modified: Self.wallNs * 2)]
        #expect(settling.whole(among: files, now: .zero, wallNs: Self.wallNs).isEmpty)
        #expect(settling.whole(among: files, now: .seconds(2), wallNs: Self.wallNs).map(\.path) == ["future"])
        #expect(settling.waitingCount == 1)
    }
}
