import ChannelAccess
import Testing

@Suite
struct PVValueTests {
    @Test("numbers are doubles, states are 32-bit integers, both in the order of this machine")
    func numbers() {
        let number = PVValue.number(1.5).encoded(atMost: 1)
        #expect(number.count == 1)
        #expect(number.bytes == withUnsafeBytes(of: 1.5, Array.init))
        let states = PVValue.states([1, 2, 3]).encoded(atMost: 2)
        #expect(states.count == 2)
        #expect(states.bytes == [Int32(1), 2].withUnsafeBytes(Array.init))
    }

    @Test("a string has 40 bytes with its zero, cut between characters")
    func text() {
        let short = PVValue.text("PET").encoded(atMost: 1)
        #expect(short.bytes == Array("PET".utf8) + [UInt8](repeating: 0, count: 37))
        let long = PVValue.text(String(repeating: "é", count: 30)).encoded(atMost: 1)
        #expect(long.bytes.count == 40)
        #expect(long.bytes.prefix(38).elementsEqual(String(repeating: "é", count: 19).utf8))
        #expect(long.bytes.suffix(2) == [0, 0])
    }

    @Test("a long string ends in a zero within what the record has room for")
    func longText() {
        let whole = PVValue.longText("ester, ether").encoded(atMost: 256)
        #expect(whole.count == 13)
        #expect(whole.bytes.last == 0)
        let cut = PVValue.longText("ester, ether").encoded(atMost: 6)
        #expect(cut.bytes == Array("ester".utf8) + [0])
    }

    @Test("a waveform of strings is 40 bytes each")
    func texts() {
        let names = PVValue.texts(["alkane", "imide", "amide"]).encoded(atMost: 2)
        #expect(names.count == 2)
        #expect(names.bytes.count == 80)
    }
}
