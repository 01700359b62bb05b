import Collector
import Foundation
import Testing

struct DocumentFramingTests {
    private let document = Document(
        .event,
        [
            "a": .text("é \"q\""), "b": .integer(-5), "c": .number(0.5), "d": .list([.flag(true), .integer(300)]),
            "e": .object([:]), "f": .number(.nan),
        ])

    @Test func jsonIsOneFrameThatSplitsAtTwoSpaces() {
        let framing = DocumentFraming(format: .json, prefix: "")
        #expect(
            String(decoding: framing.bytes(of: document), as: UTF8.self)
                == #" event {"a":"é \"q\"","b":-5,"c":0.5,"d":[true,300],"e":{},"f":NaN}"#)
        let named = DocumentFraming(format: .json, prefix: "bl00")
        #expect(String(decoding: named.bytes(of: document), as: UTF8.self).hasPrefix("bl00 event {"))
    }

    @Test func messagePackIsAsItsSpecificationSays() {
        let bytes = DocumentFraming(format: .msgpack, prefix: "").bytes(of: document)
        let expected: [UInt8] =
            Array(" event ".utf8) + [0xDE, 0, 6, 0xA1, 0x61, 0xA6, 0xC3, 0xA9, 0x20, 0x22, 0x71, 0x22]
            + [0xA1, 0x62, 0xFB, 0xA1, 0x63, 0xCB, 0x3F, 0xE0, 0, 0, 0, 0, 0, 0]
            + [0xA1, 0x64, 0x92, 0xC3, 0xD3, 0, 0, 0, 0, 0, 0, 1, 0x2C, 0xA1, 0x65, 0x80]
            + [0xA1, 0x66, 0xCB, 0x7F, 0xF8, 0, 0, 0, 0, 0, 0]
        #expect(bytes == expected)
    }

    @Test(arguments: BlueskyConfiguration.Format.allCases)
    func repeatedDocumentsCanBeSubscribedToApart(format: BlueskyConfiguration.Format) {
        let framing = DocumentFraming(format: format, prefix: "p")
        for isRepeated in [false, true] {
            let bytes = framing.bytes(of: document, isRepeated: isRepeated)
            #expect(framing.topics(isRepeated: isRepeated).filter { bytes.starts(with: $0) }.count == 1)
            #expect(!framing.topics(isRepeated: !isRepeated).contains { bytes.starts(with: $0) })
        }
    }

    @Test(arguments: [
        ("5577", "tcp://127.0.0.1:5577"), ("host:5567", "tcp://host:5567"), ("tcp://h:1", "tcp://h:1"),
        ("ipc:///run/x", "ipc:///run/x"), ("tcp://h", nil), ("h:99999", nil), ("http://h:1", nil), ("", nil),
    ])
    func addressesAreTakenAsPeopleWriteThem(text: String, endpoint: String?) {
        #expect(BlueskyConfiguration.endpoint(text) == endpoint)
    }

    @Test func uidsOfARunAreItsOwnAndAlwaysTheSame() {
        let run = DocumentID(run: UUID())
        let uids = (0..<1_000).flatMap { [run.text(.primaryEvent, $0), run.text(.progressEvent, $0)] }
        #expect(Set(uids).count == 2_000 && uids.allSatisfy { UUID(uuidString: $0) != nil })
        #expect(run.text(.primaryEvent, 7) == DocumentID(run: run.run).text(.primaryEvent, 7))
        #expect(run.text(.stop) != DocumentID(run: UUID()).text(.stop))
    }
}
