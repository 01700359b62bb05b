import ClusterProtocol
import Testing

@Suite("Names and addresses")
struct NameTests {
    @Test("Names are compared byte by byte")
    func bytes() throws {
        let composed = try Name("\u{E9}", as: .run)
        let decomposed = try Name("e\u{301}", as: .run)
        #expect(composed.text == decomposed.text)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed, composed]).count == 2)
        #expect(decomposed < composed)
    }

    @Test(
        "Names are bounded in bytes and hold no control characters",
        arguments: [
            ("", false), ("r", true), (String(repeating: "r", count: 128), true),
            (String(repeating: "r", count: 129), false),
            (String(repeating: "é", count: 64), true), (String(repeating: "é", count: 65), false), ("a\nb", false),
            ("a\u{7F}", false), ("a\u{9F}", false), ("a\u{A0}", true), ("../etc", true), ("run 1", true),
        ])
    func runs(text: String, isAllowed: Bool) {
        #expect(((try? Name(text, as: .run)) != nil) == isAllowed)
    }

    @Test("A job without a key has its number for one")
    func keys() {
        let region = RegionHeader(name: "C 1s", points: 2, axis: .binding(startEV: 280, stepEV: 0.1))
        #expect(JobHeader(run: "r", job: "k", seq: 17, regions: [region]).key == "k")
        #expect(JobHeader(run: "r", seq: 17, regions: [region]).key == "17")
        #expect(JobHeader(run: "r", regions: [region]).key == nil)
    }

    @Test("A broker's address gives every socket's endpoint")
    func addresses() throws {
        let address = try BrokerAddress("tcp://[::1]:5760")
        #expect(
            SocketRole.allCases.map(address.endpoint).map { $0.suffix(4) } == [
                "5760", "5761", "5762", "5763", "5764", "5765",
            ])
        #expect(address.description == "tcp://[::1]:5760")
        for text in [
            "", "tcp://", "tcp://h", "tcp://h:", "tcp://:5760", "http://h:5760", "tcp://h:0", "tcp://h:65531", "tcp:/",
            "h:1",
        ] {
            #expect(throws: ProtocolError.self) { try BrokerAddress(text) }
        }
    }
}
