public import ClusterProtocol

/// Where a worker finds its broker and how much it takes at once.
public struct WorkerConfiguration: Sendable {
    /// The broker.
    public var broker: BrokerAddress
    /// Spectra that are computed at once.
    public var maxBatch = 64
    /// Leases held at once: two batches, so that the next is there when one is done.
    public var credit = 128
    /// Bytes of jobs held at once.
    public var creditBytes = 16 << 20

    /// The defaults for a broker.
    public init(broker: BrokerAddress) {
        self.broker = broker
    }
}
