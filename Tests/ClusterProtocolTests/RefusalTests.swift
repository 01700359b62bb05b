import ClusterProtocol
import Testing

@Suite("Refusals tell what was wrong and what is expected")
struct RefusalTests {
    @Test(
        "The sentence names the key, the expectation and what was found",
        arguments: [
            (#"{"run":5}"#, "run must be a string, not 5."),
            (#"{"regions":[]}"#, "The key run is missing."),
            (#"{"run":"r","seq":"17"}"#, #"seq must be an integer from 0 to 9007199254740991, not "17"."#),
            (
                #"{"run":"r","regions":[{"name":"C 1s","dtype":">f4"}]}"#,
                #"dtype must be one of <f4 <f8 |i1 <i2 <i4 <i8 |u1 <u2 <u4 <u8 or numpy's name for it, not ">f4"."#
            ),
            (#"{"run":"r","regions":[{"name":"C 1s","dtype":"<f4","shape":5}]}"#, "shape must be an array, not 5."),
            (
                #"{"run":"r","expected":null}"#,
                "expected must be an integer from 0 to 9007199254740991, not null (leave the key out instead)."
            ),
            ("", "The header is not a JSON object: the text ends where a value should be at byte 0."),
            ("[]", "The header is not a JSON object: an object should be here at byte 0."),
            (#"{"v":3}"#, "Version 3 is not understood; this is version 1."),
            (#"{"op":"queue"}"#, "The operation queue belongs on the admin socket, not on submit."),
        ])
    func sentences(header: String, expected: String) {
        withViews([Array(header.utf8)]) { frames in
            do throws(ProtocolError) {
                _ = try Request(frames[0], on: .submit)
                Issue.record("was accepted")
            } catch {
                #expect(error.message == expected)
            }
        }
    }

    @Test("A frame of another size is told in bytes")
    func sizes() {
        let region = RegionHeader(name: "C 1s", stack: 2, points: 3, axis: .binding(startEV: 0, stepEV: 1))
        withViews([[UInt8](repeating: 0, count: 12)]) { frames in
            do throws(ProtocolError) {
                try JobHeader(run: "r", regions: [region]).validate(headerBytes: 9, frames: frames)
                Issue.record("was accepted")
            } catch {
                #expect(error.message == "The frame has 12 bytes, and shape [2, 3] of <f4 needs 24.")
                #expect(error.description.hasPrefix("422 at regions[0].shape: "))
            }
        }
    }

    @Test("Retriable refusals always say when")
    func retries() throws {
        for code in [Code.windowExceeded, .unavailable, .storageFailed] {
            let reply = Reply(refusing: Request(.hello, id: RequestID(5)), ProtocolError(code, "Not now."))
            try withViews([reply.encoded()]) { frames in
                guard case .refused(let refusal) = try Reply(frames[0]).body else {
                    Issue.record("no refusal")
                    return
                }
                #expect(refusal.error.isRetriable)
                #expect(refusal.error.retryAfterMs == Limits.retryAfterMs)
                #expect(refusal.request.id == RequestID(5))
            }
        }
        #expect(!Code.conflict.isRetriable)
    }

    @Test("An id goes back as it came")
    func ids() {
        for id in [#""\u0041""#, "-5", "1.0", #""é""#, "9007199254740991"] {
            withViews([Array(#"{"op":"dance","id":\#(id)}"#.utf8)]) { frames in
                let reply = Reply(refusing: frames[0], ProtocolError(.notFound, "No."))
                #expect(String(decoding: reply.encoded(), as: UTF8.self).contains(#""id":\#(id),"#))
            }
        }
    }
}
