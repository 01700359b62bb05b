import Foundation
import UnixSignals

/// SIGTERM and SIGINT, as every role obeys them: the first one drains, the second ends at once.
enum StopSignals {
    /// Calls `drain` on the first signal; nothing accepted is lost by the exit on the second.
    static func onFirst(_ drain: @escaping @Sendable () async -> Void) async -> Task<Void, Never> {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        return Task {
            var draining: Task<Void, Never>?
            for await _ in signals {
                guard draining == nil else { _exit(EXIT_SUCCESS) }
                draining = Task { await drain() }
            }
        }
    }
}
