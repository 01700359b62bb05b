import ArgumentParser
import Client

/// Where the broker is, as every command that talks to a cluster takes it.
struct BrokerOption: ParsableArguments {
    @Option(help: "The broker: tcp://HOST:PORT with its base port.")
    var broker = BrokerAddress().description

    /// Runs `body` with a client of that broker and turns what goes wrong into an exit status.
    func withClient(_ body: (Client) async throws -> Void) async throws {
        let client: Client
        do {
            client = try Client(broker: try BrokerAddress(broker))
        } catch {
            throw ExitStatus.report(error, as: ExitStatus.usage)
        }
        do {
            try await client.connect()
            try await body(client)
            await client.close()
        } catch let error as ClientError {
            await client.close()
            throw ExitStatus.report(error, as: error.isRetriable ? ExitStatus.unavailable : ExitStatus.dataError)
        } catch {
            await client.close()
            throw ExitStatus.report(error, as: ExitStatus.unavailable)
        }
    }
}

/// Prints a value of the wire as one line of JSON.
func printJSON(_ value: some WireObject) {
    print(String(decoding: value.json(), as: UTF8.self))
}
