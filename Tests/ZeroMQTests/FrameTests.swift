import Testing
import ZeroMQ

@Suite struct FrameTests {
    @Test func contentComesBack() {
        #expect(Frame("C 1s, 284.8 eV, é").string == "C 1s, 284.8 eV, é")
        #expect([UInt8](Frame([1, 2, 3])) == [1, 2, 3])
        #expect([1, 2, 3].withUnsafeBytes { Frame(copying: $0) }.count == 3 * MemoryLayout<Int>.size)
    }

    @Test func invalidTextIsNoString() {
        #expect(Frame([0xC3]).string == nil)
        #expect(Frame([0xFF, 0xFE]).string == nil)
    }

    @Test func emptyFramesAreAlike() {
        let empty = [Frame(""), Frame([]), Frame(copying: .init(start: nil, count: 0)), Frame(byteCount: 0) { _ in }]
        for frame in empty {
            #expect(frame.isEmpty)
            #expect(frame == empty[0])
            #expect(frame.string == "")
        }
    }

    @Test func equalBytesAreOneKey() {
        var peers = [Frame([0, 1, 2, 3, 4]): "a"]
        peers[Frame([0, 1, 2, 3, 4])] = "b"
        #expect(peers.count == 1)
        #expect(Frame([1]) != Frame([1, 0]))
        #expect(Frame([1]) != Frame([2]))
    }

    @Test func anArrayIsTakenOverWithoutACopy() {
        let bytes = [UInt8](repeating: 7, count: 26_400)
        let address = bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        #expect(Frame(bytes).address == address)
    }

    @Test func aChangedArrayLeavesTheFrameAlone() {
        var bytes = [UInt8](repeating: 7, count: 2000)
        let frame = Frame(bytes)
        bytes[0] = 8
        #expect([UInt8](frame)[0] == 7)
    }

    @Test func initializerFillsInPlaceAndMayThrow() {
        struct Refused: Error {}
        let frame = Frame(byteCount: 4) { $0[2] = 9 }
        #expect([UInt8](frame) == [0, 0, 9, 0])
        #expect(throws: Refused.self) { try Frame(byteCount: 4) { _ throws(Refused) in throw Refused() } }
    }

    @Test func largeFramesTravelWithoutACopy() throws {
        let pair = try SocketPair(.pull, .push, over: "inproc://no-copy")
        let frame = Frame.patterned(26_400, seed: 1)
        #expect(try pair.connected.send([frame]) == .sent)
        let received = try #require(try pair.bound.receive(timeoutMs: patienceMs))
        #expect(received[0].address == frame.address)
        #expect(received[0] !== frame)
    }

    @Test(arguments: [0, 1, 33, 34, 1023, 1024, 4095, 4096, 8192, 100_000])
    func everySizeArrivesAsSent(byteCount: Int) throws {
        let pair = try SocketPair(.pull, .push)
        let frames = [Frame.patterned(byteCount, seed: 3), Frame("end")]
        try sendWhenConnected(pair.connected, frames)
        #expect(try pair.bound.receive(timeoutMs: patienceMs) == frames)
    }

    @Test func aFrameLivesUntilLibzmqIsDoneWithIt() throws {
        weak var sent: Frame?
        do {
            let pair = try SocketPair(.pull, .push)
            do {
                let frame = Frame.patterned(26_400, seed: 2)
                try sendWhenConnected(pair.connected, [frame, frame])
                sent = frame
            }
            let received = try #require(try pair.bound.receive(timeoutMs: patienceMs))
            #expect(received[0] == Frame.patterned(26_400, seed: 2))
            #expect(received[0] == received[1])
        }
        // The context has ended with the pair, and its I/O thread with it.
        #expect(sent == nil)
    }

    @Test func anUnsentFrameIsReleasedWithItsSocket() throws {
        weak var waiting: Frame?
        do {
            var options = SocketOptions()
            options.immediate = false
            let push = try Socket(try Context(), .push, options: options)
            try push.connect("tcp://127.0.0.1:9")
            do {
                let frame = Frame.patterned(5000, seed: 1)
                #expect(try push.send([frame]) == .sent)
                waiting = frame
            }
            #expect(waiting != nil)
        }
        #expect(waiting == nil)
    }

    @Test func aRefusedFrameIsReleased() throws {
        let push = try Socket(try Context(), .push)
        weak var refused: Frame?
        do {
            let frame = Frame.patterned(5000, seed: 1)
            #expect(try push.send([frame]) == .wouldBlock)
            refused = frame
        }
        #expect(refused == nil)
    }

    @Test func oneFrameGoesToManyPeersFromManyThreads() async throws {
        let frame = Frame.patterned(26_400, seed: 5)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let pair = try SocketPair(.pull, .push, over: "inproc://shared")
                    for _ in 0..<50 {
                        guard try pair.connected.send([frame]) == .sent else { return false }
                        guard try pair.bound.receive(timeoutMs: patienceMs) == [frame] else { return false }
                    }
                    return true
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }
}
