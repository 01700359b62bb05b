import Foundation
import Ingest
import Testing

@Suite struct FolderListingTests {
    @Test func filesAreFoundInFoldersAndUnfinishedOnesAreNot() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("day 1/ä"), withIntermediateDirectories: true)
        for name in ["b.vms", "day 1/ä/a.txt", ".hidden", "c.vms.part", "d.tmp"] {
            try Data("123".utf8).write(to: folder.appendingPathComponent(name))
        }
        try FileManager.default.createSymbolicLink(
            at: folder.appendingPathComponent("day 1/loop"), withDestinationURL: folder)
        let files = try FolderListing.files(in: folder.path)
        #expect(files.map(\.path) == ["b.vms", "day 1/ä/a.txt"] && files.allSatisfy { $0.size == 3 })
        #expect(throws: IngestError.unreadableFolder(path: "no/such")) { try FolderListing.files(in: "no/such") }
    }

    @Test func renamesAreHeardOfAlsoInNewFolders() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var notices = MoveNotices(folder: folder.path)
        #expect(notices.take().isEmpty)
        let elsewhere = folder.appendingPathComponent("x.part")
        try Data("1".utf8).write(to: elsewhere)
        try FileManager.default.moveItem(at: elsewhere, to: folder.appendingPathComponent("x.vms"))
        #expect(notices.take() == ["x.vms"])
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("new"), withIntermediateDirectories: true)
        #expect(notices.take().isEmpty)
        try Data("1".utf8).write(to: elsewhere)
        try FileManager.default.moveItem(at: elsewhere, to: folder.appendingPathComponent("new/y.vms"))
        #expect(notices.take() == ["new/y.vms"])
    }

    @Test func digestsTellContentAndPathApart() {
        let digest = ContentDigest.text(of: [1, 2, 3], at: "a")
        #expect(digest.count == 16 && digest == ContentDigest.text(of: [1, 2, 3], at: "a"))
        #expect(digest != ContentDigest.text(of: [1, 2, 4], at: "a"))
        #expect(digest != ContentDigest.text(of: [1, 2, 3], at: "b"))
    }
}
