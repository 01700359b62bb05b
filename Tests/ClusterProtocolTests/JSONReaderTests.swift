import ClusterProtocol
import Foundation
import Testing

@Suite("JSON reader")
struct JSONReaderTests {
    struct Case: Decodable {
        var hex: String
        var value: String?
    }

    @Test("Accepts what another reader accepts, and reads the same")
    func agreesWithAnotherReader() throws {
        let data = try Data(contentsOf: Vector.folder.appendingPathComponent("json.json"))
        let cases = try JSONDecoder().decode([Case].self, from: data)
        #expect(cases.count > 500)
        for one in cases {
            let bytes = [UInt8](hex: one.hex)
            #expect(Self.dump(bytes) == one.value, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test("Never reads beyond the end, whatever the bytes", arguments: 0..<8 as Range<UInt64>)
    func survivesGarbage(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let header = Array(#"{"v":1,"run":"é\ud83d\ude00","regions":[{"shape":[1,-2.5e3],"x":true}],"meta":null}"#.utf8)
        for _ in 0..<4000 {
            var bytes = header
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
                case 2: bytes.removeLast(min(bytes.count - 1, Int.random(in: 0..<20, using: &random)))
                default: bytes.remove(at: place)
                }
                if bytes.isEmpty { bytes = header }
            }
            withViews([bytes]) { views in
                let object = try? JSONObject(views[0])
                #expect((object != nil) == (Self.dump(bytes)?.hasPrefix("{") ?? false))
                _ = try? Request(views[0], on: .submit)
                _ = Correlation(salvaging: views[0])
            }
        }
    }

    @Test(
        "Integers are exact or refused",
        arguments: [
            ("0", 0), ("-0", 0), ("17", 17), ("17.0", 17), ("1e2", 100), ("120e-1", 12), ("-5", -5),
            ("9223372036854775807", Int.max), ("9223372036854775808", nil), ("1.5", nil), ("1e400", nil), ("1e-400", 0),
        ] as [(String, Int?)])
    func integers(text: String, expected: Int?) throws {
        try withViews([Array(text.utf8)]) { views in
            var reader = try JSONReader(views[0])
            #expect(try reader.integer() == expected)
            try reader.finish()
        }
    }

    @Test("Numbers are the nearest doubles")
    func numbers() throws {
        var random = SeededRandom(seed: 11)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            let short = (value * 1000).rounded() / 1000
            for number in [value, short, Double(Float(value))] where number.isFinite {
                try withViews([Array(number.description.utf8)]) { views in
                    var reader = try JSONReader(views[0])
                    #expect(try reader.number() == number)
                }
            }
        }
    }

    @Test("An error says where")
    func errorsSayWhere() throws {
        withViews([Array(#"{"a":[1,2"#.utf8), Array("{\"a\":\"\u{7}\"}".utf8)]) { views in
            #expect(throws: ProtocolError.self) { try JSONObject(views[0]) }
            do throws(ProtocolError) {
                _ = try JSONObject(views[1])
            } catch {
                #expect(error.message.contains("at byte 6"))
            }
        }
    }

    /// A value in the notation of the vectors, nil where the text is refused.
    static func dump(_ bytes: [UInt8]) -> String? {
        withViews([bytes]) { views in
            guard var reader = try? JSONReader(views[0]), let text = try? dump(&reader) else { return nil }
            guard (try? reader.finish()) != nil else { return nil }
            return text
        }
    }

    private static func dump(_ reader: inout JSONReader) throws -> String {
        switch try reader.kind() {
        case .null:
            try reader.null()
            return "N"
        case .boolean: return try reader.boolean() ? "T" : "F"
        case .string: return hex(try reader.string().text)
        case .number:
            guard let number = try reader.number() else { return "x" }
            let digits = String(number.bitPattern, radix: 16)
            return "d" + String(repeating: "0", count: 16 - digits.count) + digits
        case .array:
            var text = "["
            try reader.beginArray()
            while try reader.nextElement() { text += try dump(&reader) }
            return text + "]"
        case .object:
            var text = "{"
            try reader.beginObject()
            while let key = try reader.nextKey() { text += hex(key.text) + (try dump(&reader)) }
            return text + "}"
        }
    }

    private static func hex(_ text: String) -> String {
        "s" + text.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
