import ClusterProtocol
import Testing

@Suite("Result lines")
struct ResultLinesTests {
    @Test("Lines are split, and failed spectra say why")
    func lines() throws {
        let frame = ResultLines.frame([Array(#"{"shift_eV":0.4}"#.utf8), ResultLines.failed("no \"counts\"\n")])
        try withViews([frame]) { frames in
            let lines = try ResultLines(frames[0], spectra: 2)
            #expect(lines.count == 2)
            #expect(lines.error(at: 0) == nil)
            #expect(lines.error(at: 1) == "no \"counts\"\n")
            #expect(String(decoding: lines[0], as: UTF8.self) == #"{"shift_eV":0.4}"#)
        }
    }

    @Test("An empty frame has no lines")
    func empty() {
        withViews([[]]) { #expect(ResultLines($0[0]).count == 0) }
    }
}
