public import ClusterProtocol
public import Foundation

/// Where a collector finds its broker, where it keeps results, and where its audiences find it.
public struct CollectorConfiguration: Sendable {
    /// The broker's base address.
    public var broker: BrokerAddress
    /// Where the store lives; made if it does not exist.
    public var dataDirectory: URL
    /// Where the events socket listens: loopback and the broker's base port plus 4 unless told otherwise; port 0 takes
    /// a free one.
    public var eventsEndpoint: String
    /// The host under which others reach the events socket, where it listens on all addresses.
    public var advertisedHost: String
    /// Bytes of results that the broker may send before they are stored.
    public var creditBytes = 32 << 20
    /// How long the spectra as measured are kept; results are kept for ever.
    ///
    /// Nil keeps both.
    public var spectraRetention: Duration?
    /// The most bytes the store may have; at it results wait with the broker, as on a full disk.
    ///
    /// Nil is no bound.
    public var maxStoreBytes: Int?
    /// Where Bluesky documents go; nil publishes none.
    public var bluesky: BlueskyConfiguration?
    /// EPICS process variables that progress and results are put into; nil puts none.
    public var epics: EPICSConfiguration?
    /// Name and version, for people.
    public var software = "corelevel"

    /// The collector of a broker.
    public init(broker: BrokerAddress, dataDirectory: URL) {
        self.broker = broker
        self.dataDirectory = dataDirectory
        eventsEndpoint = "tcp://127.0.0.1:\(broker.basePort + SocketRole.events.rawValue)"
        advertisedHost = ProcessInfo.processInfo.hostName
    }
}
