import ClusterProtocol
import Testing

@Suite("Topics")
struct TopicTests {
    @Test("A subscription to one run gets no other")
    func prefixes() {
        let one = Topic.prefix(of: "1")
        #expect(Topic.progress("1").encoded.starts(with: one))
        #expect(!Topic.progress("10").encoded.starts(with: one))
        #expect(!Topic.progress("1/2").encoded.starts(with: one))
    }

    @Test("Other bytes are escaped")
    func escapes() {
        #expect(
            String(decoding: Topic.result("a b/é%~._-").encoded, as: UTF8.self) == "run/a%20b%2F%C3%A9%25~._-/result/")
    }

    @Test(
        "What is no topic is none",
        arguments: [
            "", "/", "run", "run/", "run/a/", "run/a/progress", "run/a/progress/x", "run//progress/", "run/a/other/",
            "run/a%2/progress/", "run/a%2G/progress/", "run/%FF/progress/", "run/a b/progress/", "cluster", "cluster/x",
            "clusters/", "run/%0A/progress/",
        ])
    func strangers(text: String) {
        withViews([Array(text.utf8)]) { #expect(Topic($0[0]) == nil) }
    }
}
