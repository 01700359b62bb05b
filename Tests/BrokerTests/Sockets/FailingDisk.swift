import Dispatch
import Synchronization

/// A disk that fails, or takes its time, when the test says so.
final class FailingDisk: Sendable {
    private let errorCode = Atomic<Int32>(0)
    private let isHeld = Atomic(false)
    private let gate = DispatchSemaphore(value: 0)

    /// Each operation asks: 0 lets it happen.
    var code: Int32 {
        if isHeld.load(ordering: .acquiring) {
            gate.wait()
            gate.signal()
        }
        return errorCode.load(ordering: .acquiring)
    }

    /// From now on operations fail; with 0 they work again.
    func fail(with code: Int32) { errorCode.store(code, ordering: .releasing) }

    /// From now on operations wait.
    func hold() { isHeld.store(true, ordering: .releasing) }

    /// Lets all of them go.
    func letGo() {
        isHeld.store(false, ordering: .releasing)
        gate.signal()
    }
}
