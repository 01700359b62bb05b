import ChannelAccess
import Foundation
import Testing

@Suite
struct ChannelAccessLibraryTests {
    @Test("a library that is not where it was said to be is refused with the path and what to name")
    func missing() throws {
        let error = try #require(throws: ChannelAccessError.self) {
            try ChannelAccessLibrary(path: "/nowhere/libca.so", environment: [:])
        }
        #expect("\(error)".contains("/nowhere/libca.so"))
        #expect("\(error)".contains("folder"))
    }

    @Test("a library of another kind is refused with what it lacks")
    func otherLibrary() throws {
        let error = try #require(throws: ChannelAccessError.self) {
            try ChannelAccessLibrary(environment: ["CORELEVEL_LIBCA": "libc.so.6"])
        }
        #expect("\(error)".contains("ca_context_create"))
    }

    @Test("a missing library says which package to install and what was tried")
    func installation() {
        let words = "\(ChannelAccessError.libraryMissing(tried: ["libca.so"]))"
        for part in [
            "apt install libca-dev", "pip install epicscorelibs", "CORELEVEL_LIBCA", "tried libca.so",
        ] {
            #expect(words.contains(part))
        }
    }
}
