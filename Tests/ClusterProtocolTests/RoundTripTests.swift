import ClusterProtocol
import Testing

@Suite("What is written is read back the same")
struct RoundTripTests {
    static let seeds: Range<UInt64> = 0..<300

    @Test("Requests", arguments: seeds)
    func requests(seed: UInt64) throws {
        var samples = Samples(seed: seed)
        let (request, socket) = samples.request()
        try withViews([request.encoded()]) { frames in
            var read = try Request(frames[0], on: socket)
            #expect(read == request)
            read.id = RequestID("another")
            #expect(read != request)
        }
    }

    @Test("Replies", arguments: seeds)
    func replies(seed: UInt64) throws {
        var samples = Samples(seed: seed)
        let reply = samples.reply()
        try withViews([reply.encoded()]) { frames in
            let read = try Reply(frames[0])
            #expect(read == reply)
        }
    }

    @Test("Messages of workers and collector", arguments: seeds)
    func peers(seed: UInt64) throws {
        var samples = Samples(seed: seed)
        let fromWorker = samples.workerMessage()
        let toWorker = samples.brokerToWorker()
        let fromCollector = samples.collectorMessage()
        let toCollector = samples.brokerToCollector()
        let frames = [fromWorker.encoded(), toWorker.encoded(), fromCollector.encoded(), toCollector.encoded()]
        try withViews(frames) { frames in
            let read0 = try WorkerMessage(frames[0])
            #expect(read0 == fromWorker)
            let read1 = try BrokerToWorker(frames[1])
            #expect(read1 == toWorker)
            let read2 = try CollectorMessage(frames[2])
            #expect(read2 == fromCollector)
            let read3 = try BrokerToCollector(frames[3])
            #expect(read3 == toCollector)
        }
    }

    @Test("Events", arguments: seeds)
    func events(seed: UInt64) throws {
        var samples = Samples(seed: seed)
        let event = samples.event()
        try withViews([event.topic.encoded, event.encoded()]) { frames in
            let read = try Event(topic: frames[0], json: frames[1])
            #expect(read == event)
            #expect(Topic(frames[0]) == event.topic)
        }
    }

    @Test("The user's own object comes back byte for byte")
    func meta() throws {
        let meta = Array(#"{ "b":1.50, "a": {"b": [1,  2]}, "é": null, "b": 2 }"#.utf8)
        let region = RegionHeader(name: "C 1s", points: 2, axis: .binding(startEV: 280, stepEV: 0.1))
        let header = JobHeader(run: "r", regions: [region]).encoded(meta: meta)
        try withViews([header]) { frames in
            let range = try #require(try JobHeader(frames[0]).metaRange)
            #expect(Array(frames[0][range]) == meta)
        }
    }

    @Test("Truncated or altered messages never trap", arguments: seeds)
    func altered(seed: UInt64) {
        var samples = Samples(seed: seed)
        var frames = [
            samples.request().request.encoded(), samples.reply().encoded(), samples.workerMessage().encoded(),
            samples.brokerToWorker().encoded(), samples.collectorMessage().encoded(),
            samples.brokerToCollector().encoded(), samples.event().encoded(),
        ]
        for index in frames.indices {
            let place = Int.random(in: 0..<frames[index].count, using: &samples.random)
            frames[index][place] = UInt8.random(in: 0...255, using: &samples.random)
            if samples.flag() { frames[index].removeLast(place / 3) }
        }
        let topic = samples.event().topic.encoded
        withViews(frames + [topic]) { frames in
            for frame in frames {
                for socket in [SocketRole.submit, .ingest, .admin] { _ = try? Request(frame, on: socket) }
                _ = try? Reply(frame)
                _ = try? WorkerMessage(frame)
                _ = try? BrokerToWorker(frame)
                _ = try? CollectorMessage(frame)
                _ = try? BrokerToCollector(frame)
                _ = try? Event(topic: frames[7], json: frame)
                _ = ResultLines(frame).count
                _ = Topic(frame)
            }
        }
    }
}
