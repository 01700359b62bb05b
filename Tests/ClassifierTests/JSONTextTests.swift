import Classifier
import Foundation
import Testing

@Suite("JSON text")
struct JSONTextTests {
    @Test(
        "numbers are short and right",
        arguments: [
            (0.0, 4, "0"), (-0.0, 4, "0"), (1, 4, "1"), (0.5, 4, "0.5"), (0.05, 4, "0.05"), (0.00004, 4, "0"),
            (0.99996, 4, "1"), (-1.2345, 3, "-1.235"), (285.1, 3, "285.1"), (700, 3, "700"), (10.01, 3, "10.01"),
            (-0.0001, 3, "0"), (123_456.789, 3, "123456.789"), (.nan, 3, "null"), (.infinity, 3, "null"), (12, 0, "12"),
        ] as [(Double, Int, String)])
    func numbers(value: Double, decimals: Int, expected: String) {
        var text = JSONText()
        text.number(value, decimals: decimals)
        #expect(String(decoding: text.bytes, as: UTF8.self) == expected)
    }

    @Test("strings survive a parser", arguments: ["", "C 1s", "a\"b\\c", "tab\tnew\nline\u{1}\u{1f}", "µ Å 漢 😀"])
    func strings(value: String) throws {
        var text = JSONText()
        text.openObject()
        text.key(value)
        text.openArray()
        text.string(value)
        text.integer(-3)
        text.closeArray()
        text.key("last")
        text.integer(0)
        text.closeObject()
        #expect(!text.bytes.contains(UInt8(ascii: "\n")))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.bytes)) as? [String: Any])
        let array = try #require(object[value] as? [Any])
        #expect(array[0] as? String == value && array[1] as? Int == -3)
    }
}
