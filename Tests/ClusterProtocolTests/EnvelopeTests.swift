import ClusterProtocol
import Testing

@Suite("Envelope")
struct EnvelopeTests {
    @Test(
        "Frames up to the first empty one are the envelope",
        arguments: [
            ([#"{"op":"hello"}"#], 0),
            (["", #"{"op":"hello"}"#], 1),
            (["\u{0}\u{1}ab", "", #"{"op":"hello"}"#], 2),
            (["{abc", "", #"{"op":"hello"}"#], 2),
            ([#"{"op":"hello"}"#, "", "x"], 0),
            (["a", "b", "c", "", #"{"op":"hello"}"#], 4),
            (["a", "b", "c", "d", "", #"{"op":"hello"}"#], 0),
            (["garbage", "more"], 0),
            ([""], 0),
            (["a", ""], 0),
            (["", ""], 1),
            ([], 0),
        ] as [([String], Int)])
    func counts(frames: [String], expected: Int) {
        withViews(frames.map { Array($0.utf8) }) { #expect(Envelope($0).count == expected) }
    }
}
