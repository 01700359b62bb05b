public import ClusterProtocol

/// Where a client finds its broker, and how patient it is.
public struct ClientConfiguration: Sendable {
    /// The broker's base address.
    public var broker: BrokerAddress
    /// How long the first contact may take.
    public var connectTimeout: Duration = .seconds(5)
    /// A request without an answer is sent again after this; a broker that says nothing at all is connected anew.
    public var answerTimeout: Duration = .seconds(5)
    /// How long a broker that was there may be away before requests fail; nil waits for ever, as for a restart.
    public var patience: Duration?
    /// The most submits under way, whatever the broker allows.
    public var maxWindow = 1024

    /// The client of a broker.
    public init(broker: BrokerAddress) { self.broker = broker }
}
