import Testing
import ZeroMQ

@Suite struct FrameTests {
    @Test func textAndBytes() {
        #expect(Frame("äb").string == "äb")
        #expect(Frame([0xff]).string == nil)
    }
}
