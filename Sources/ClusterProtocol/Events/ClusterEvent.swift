/// The cluster's pulse: `cluster/`, once a second.
public struct ClusterEvent: Hashable, Sendable {
    /// Whether the collector hears the broker.
    public enum Broker: String, Sendable, CaseIterable {
        /// It does.
        case up
        /// It does not: the counts are the last known.
        case away
    }

    /// The number of the message in its topic, from 1.
    public var n: Int
    /// The collector's start.
    public var epoch: String
    /// Whether the collector hears the broker.
    public var broker: Broker
    /// Workers that serve.
    public var workers: Int
    /// Jobs waiting for a worker.
    public var queued: Int
    /// Jobs with a worker.
    public var leased: Int
    /// Jobs computed and not stored.
    public var computed: Int
    /// When this was true, in milliseconds since 1970 UTC.
    public var timeMs: Int

    /// The cluster's counts at a time.
    public init(
        n: Int, epoch: String, broker: Broker, workers: Int, queued: Int, leased: Int, computed: Int, timeMs: Int
    ) {
        self.n = n
        self.epoch = epoch
        self.broker = broker
        self.workers = workers
        self.queued = queued
        self.leased = leased
        self.computed = computed
        self.timeMs = timeMs
    }
}

extension ClusterEvent: WireObject {
    /// Reads the members of the event.
    public init(_ object: JSONObject) throws(ProtocolError) {
        let brokerValue = try object.required("broker")
        guard let broker = Broker(rawValue: try brokerValue.string()) else {
            throw brokerValue.wrong("must be up or away")
        }
        self.init(
            n: try object.required("n").integer(),
            epoch: try object.required("epoch").string(bytes: 1...Limits.identityBytes),
            broker: broker,
            workers: try object.required("workers").integer(), queued: try object.required("queued").integer(),
            leased: try object.required("leased").integer(), computed: try object.required("computed").integer(),
            timeMs: try object.required("time_ms").integer())
    }

    /// Writes the members of the event.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("n", n)
        writer.field("epoch", epoch)
        writer.field("broker", broker.rawValue)
        writer.field("workers", workers)
        writer.field("queued", queued)
        writer.field("leased", leased)
        writer.field("computed", computed)
        writer.field("time_ms", timeMs)
    }
}
