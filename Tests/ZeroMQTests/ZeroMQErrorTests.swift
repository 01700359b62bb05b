import Glibc
import Testing
import ZeroMQ

@Suite struct ZeroMQErrorTests {
    private func errorOfBinding(_ endpoint: String) throws -> ZeroMQError {
        let socket = try Socket(try Context(), .pull)
        do {
            let bound = try socket.bind(endpoint)
            Issue.record("\(bound) was bound")
            throw NothingHappened()
        } catch let error as ZeroMQError {
            return error
        }
    }

    @Test func anAddressOfAnotherMachineIsSaidToBeOne() throws {
        let error = try errorOfBinding("tcp://203.0.113.9:5760")
        #expect(error.description.hasPrefix("cannot listen on tcp://203.0.113.9:5760: no network interface"))
        #expect(!error.isRetriable)
    }

    @Test func aFolderThatIsMissingIsSaid() throws {
        let error = try errorOfBinding("ipc:///nowhere/at/all")
        #expect(error.code == ENOENT)
        #expect(error.description.contains("folder"))
    }

    @Test func ourOwnRulesGiveTheirReasons() throws {
        let socket = try Socket(try Context(), .dealer)
        try socket.connect("tcp://127.0.0.1:9")
        let error = #expect(throws: ZeroMQError.self) { try socket.connect("tcp://127.0.0.1:10") }
        #expect(error?.description.contains("tcp://127.0.0.1:9 already") == true)
    }

    @Test func anEndpointThatIsNotConnectedCannotBeDisconnected() throws {
        let socket = try Socket(try Context(), .dealer)
        let error = #expect(throws: ZeroMQError.self) { try socket.disconnect("tcp://127.0.0.1:9") }
        #expect(error?.description == "cannot disconnect on tcp://127.0.0.1:9: no such address is connected or bound")
    }

    @Test func theLimitOfDescriptorsIsRaised() {
        #expect(DescriptorLimit.raise() == DescriptorLimit.current)
        #expect(DescriptorLimit.current >= 256)
    }
}
