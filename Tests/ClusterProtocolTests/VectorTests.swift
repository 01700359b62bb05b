import ClusterProtocol
import Foundation
import Testing

@Suite("Golden vectors")
struct VectorTests {
    /// What reading a vector gave: the header written again from what was read, and the job if it is one.
    struct Outcome {
        var header: [UInt8]
        var job: JobHeader?
    }

    @Test("Good messages are read and written again", arguments: try Vector.all().filter { !$0.isRefused })
    func good(_ vector: Vector) throws {
        try withViews(vector.frames) { frames in
            let outcome = try read(vector, frames)
            if vector.isCanonical {
                let header = Array(frames[vector.envelope ?? 0])
                #expect(
                    outcome.header.isSameJSON(as: vector.socket == .events ? Array(frames[1]) : header),
                    "written as \(String(decoding: outcome.header, as: UTF8.self))")
            }
            if let job = outcome.job {
                try checkPayload(vector, job, Array(frames.dropFirst((vector.envelope ?? 0) + 1)))
            }
        }
    }

    @Test("Wrong messages are refused with code and field", arguments: try Vector.all().filter(\.isRefused))
    func refused(_ vector: Vector) throws {
        let expectation = try #require(vector.expectation)
        try withViews(vector.frames) { frames in
            do {
                _ = try read(vector, frames)
                Issue.record("was accepted")
            } catch let error as ProtocolError {
                #expect(error.code.rawValue == expectation.code, "\(error)")
                #expect(error.field == expectation.field, "\(error)")
                #expect(error.message.hasSuffix("."), "\(error) is a sentence")
                if let echo = expectation.echo { try checkEcho(echo, vector, frames, error) }
            }
        }
    }

    private func read(_ vector: Vector, _ frames: [UnsafeRawBufferPointer]) throws -> Outcome {
        let socket = try #require(vector.socket)
        switch (socket, vector.sender) {
        case (.submit, "client"), (.admin, "client"), (.ingest, _):
            let envelope = socket == .ingest ? 0 : Envelope(frames).count
            if let expected = vector.envelope { #expect(envelope == expected) }
            let header = envelope < frames.count ? frames[envelope] : UnsafeRawBufferPointer(start: nil, count: 0)
            let request = try Request(header, on: socket)
            guard case .submit(let job) = request.operation else { return Outcome(header: request.encoded()) }
            try job.validate(headerBytes: header.count, frames: Array(frames.dropFirst(envelope + 1)))
            return Outcome(header: request.encoded(meta: job.metaRange.map { Array(header[$0]) }), job: job)
        case (.submit, _), (.admin, _): return Outcome(header: try Reply(frames[0]).encoded())
        case (.work, "worker"):
            let message = try WorkerMessage(frames[0])
            if let lines = vector.lines { #expect(try ResultLines(frames[1], spectra: lines).count == lines) }
            return Outcome(header: message.encoded())
        case (.work, _): return Outcome(header: try BrokerToWorker(frames[0]).encoded())
        case (.collect, "collector"): return Outcome(header: try CollectorMessage(frames[0]).encoded())
        case (.collect, _): return Outcome(header: try BrokerToCollector(frames[0]).encoded())
        case (.events, _):
            let event = try Event(topic: frames[0], json: frames[1])
            #expect(event.topic.encoded == Array(frames[0]))
            return Outcome(header: event.encoded())
        }
    }

    private func checkPayload(_ vector: Vector, _ job: JobHeader, _ frames: [UnsafeRawBufferPointer]) throws {
        let members = vector.members
        if let spectra = members["spectra"] as? Int { #expect(job.spectraCount == spectra) }
        if let run = members["run"] as? String { #expect(job.run.text == run) }
        if let key = members["job"] as? String { #expect(job.job?.text == key) }
        let arrays = members["floats"] as? [[Double]] ?? []
        for (index, values) in arrays.enumerated() {
            let region = job.regions[index]
            let floats = region.dtype.floats(
                from: frames[job.arrayFrame(of: index)], elements: 0..<region.spectra * region.points)
            #expect(floats == values.map(Float.init))
        }
        for (index, values) in (members["axes"] as? [Any] ?? []).enumerated() {
            guard let values = values as? [Double] else {
                #expect(job.axisFrame(of: index) == nil)
                continue
            }
            let frame = try #require(job.axisFrame(of: index))
            #expect(job.regions[index].axis.frameDtype?.doubles(from: frames[frame]) == values)
        }
        try checkTransmissions(vector, job, frames)
    }

    private func checkTransmissions(_ vector: Vector, _ job: JobHeader, _ frames: [UnsafeRawBufferPointer]) throws {
        for (index, values) in (vector.members["transmissions"] as? [[Double]] ?? []).enumerated() {
            let frame = try #require(job.transmissionFrame(of: index))
            let read = job.regions[index].transmission?.doubles(from: frames[frame]) ?? []
            #expect(read.map(Float.init) == values.map(Float.init))
        }
    }

    private func checkEcho(
        _ echo: [String: Any], _ vector: Vector, _ frames: [UnsafeRawBufferPointer], _ error: ProtocolError
    ) throws {
        let envelope = Envelope(frames).count
        let header = envelope < frames.count ? frames[envelope] : UnsafeRawBufferPointer(start: nil, count: 0)
        let reply =
            (try? Request(header, on: .submit)).map { Reply(refusing: $0, error) }
            ?? Reply(refusing: header, error)
        let json = try JSONSerialization.jsonObject(with: Data(reply.encoded())) as? [String: Any] ?? [:]
        let said = json.filter { ["op", "id", "run", "job", "seq"].contains($0.key) }
        #expect(NSDictionary(dictionary: said).isEqual(NSDictionary(dictionary: echo)), "echoes \(said)")
        #expect(json["retry"] as? Bool == false)
    }
}
