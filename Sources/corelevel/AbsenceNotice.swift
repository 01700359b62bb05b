import Client

/// Says on standard error what a wait would else be silent about: that nobody is there to compute, or to store.
enum AbsenceNotice {
    /// Longer than a worker or a collector takes to come back.
    private static let patience: Duration = .seconds(4)

    /// Runs `body`, and as long as it runs looks whether jobs wait for what is not there; says it once.
    static func whileWaiting<Value>(
        for client: Client, at broker: String, _ body: () async throws -> Value
    ) async rethrows -> Value {
        let looking = Task {
            while (try? await Task.sleep(for: patience)) != nil {
                guard let absence = try? await absence(client, broker) else { continue }
                StandardError.say(absence)
                return
            }
        }
        defer { looking.cancel() }
        return try await body()
    }

    private static func absence(_ client: Client, _ broker: String) async throws -> String? {
        let queue = try await client.queue()
        if queue.jobs.queued > 0, try await client.workers().isEmpty {
            return "no worker is connected to the broker, so \(queue.jobs.queued.counting("job")) must wait; "
                + "corelevel worker --broker \(broker) starts one"
        }
        if queue.jobs.computed > 0, queue.collector == nil {
            return "no collector is connected to the broker, so no result can be stored or shown; corelevel collector "
                + "--broker \(broker) --data DIR starts one"
        }
        return nil
    }
}
