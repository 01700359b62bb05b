public import ClusterProtocol

/// Why a collector ended by itself.
public enum CollectorError: Error, CustomStringConvertible {
    /// Another collector has opened at the broker, and the newest is the one.
    case replaced(broker: BrokerAddress)
    /// The store failed in a way that waiting does not mend.
    case storeFailed(StoreError)

    /// What happened and what to do.
    public var description: String {
        switch self {
        case .replaced(let broker):
            "another collector serves the broker at \(broker) now: one collector per broker"
        case .storeFailed(let error):
            "the store failed: \(error)"
        }
    }
}
