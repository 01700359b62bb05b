internal import CChannelAccess
internal import Synchronization

/// Puts values into variables of whatever IOCs have them, by Channel Access.
///
/// It belongs to one thread, which makes it, sets values and pumps; libca calls back on that thread and only inside
/// ``pump(for:)``. A variable that no IOC has is searched for as long as the client lives, ever more rarely.
public final class PutClient {
    /// Something that an operator wants to know.
    public enum Notice: Sendable, Equatable {
        /// An IOC with the variable was found.
        case connected(variable: String, host: String)
        /// The IOC of the variable is gone or silent.
        case disconnected(variable: String)
        /// The IOC does not take a value, and why.
        case refused(variable: String, reason: String)
    }

    /// The most variables that a client has; more are refused once, with a word, and passed over.
    public static let maxVariables = 1024
    /// Notices that nobody has taken yet, at most.
    private static let maxNotices = 256

    private let library: ChannelAccessLibrary
    private var schedule = PutSchedule()
    private var channels: [Channel] = []
    private var notices: [Notice] = []
    private var refused: Set<Int> = []
    private var isClosed = false

    /// A connection callback is told the channel alone: the call that finds its user has to be known to all.
    private static let userOfChannel = Mutex<ca_puser_function?>(nil)

    /// One variable at libca, which is given the address of this object with each callback.
    private final class Channel {
        let index: Int
        let name: String
        unowned let client: PutClient
        var identifier: UnsafeMutableRawPointer?

        init(index: Int, name: String, client: PutClient) {
            self.index = index
            self.name = name
            self.client = client
        }
    }

    /// A client on the calling thread.
    public init(_ library: ChannelAccessLibrary) throws(ChannelAccessError) {
        self.library = library
        Self.userOfChannel.withLock { $0 = library.functions.user }
        // 0: callbacks come on this thread, inside ca_pend_event.
        try Self.check(library.functions.createContext(0), "ca_context_create", library)
        // What libca prints and its exceptions say in its own words what the callbacks tell us too.
        _ = library.functions.addExceptionEvent({ _ in }, nil)
        _ = library.functions.replacePrintfHandler { _, _ in 0 }
    }

    /// Whether every variable whose IOC is there has its last value.
    public var isSettled: Bool { schedule.isSettled }

    /// How many variables have an IOC now.
    public var connectedCount: Int { schedule.connectedCount }

    /// Gives a variable its latest value, which is put in its turn, at most once in the interval that the variable was
    /// first set with.
    public func set(_ name: String, _ value: PVValue, every interval: Duration)
        throws(ChannelAccessError)
    {
        guard let index = schedule.set(name, value, every: interval) else { return }
        let channel = Channel(index: index, name: name, client: self)
        channels.append(channel)
        guard index < Self.maxVariables else {
            throw .refused(call: "the variable \(name)", reason: "there are \(Self.maxVariables) already")
        }
        let status = library.functions.createChannel(
            name,
            { connection in
                guard let user = PutClient.userOfChannel.withLock({ $0 })?(connection.channel) else {
                    return
                }
                let channel = Unmanaged<Channel>.fromOpaque(user).takeUnretainedValue()
                channel.client.connectionChanged(
                    channel, isUp: connection.operation == PutClient.connectionUp)
            },
            Unmanaged.passUnretained(channel).toOpaque(), 0, &channel.identifier)
        try Self.check(status, "ca_create_channel of \(name)", library)
    }

    /// Puts what is due, and lets libca work for a time; returns what happened.
    public func pump(for time: Duration) -> [Notice] {
        for (index, value) in schedule.takeDue(at: .now) { put(value, into: channels[index]) }
        // It flushes first, and always says that time is up.
        _ = library.functions.pendEvent(time / .seconds(1))
        defer { notices = [] }
        return notices
    }

    /// Ends all connections; the client cannot be used any more.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        library.functions.destroyContext()
    }

    private func put(_ value: PVValue, into channel: Channel) {
        let limit = Int(clamping: library.functions.elementCount(channel.identifier))
        let (bytes, count) = value.encoded(atMost: max(1, limit))
        let status = bytes.withUnsafeBytes {
            library.functions.put(
                value.type, UInt(count), channel.identifier, $0.baseAddress,
                { event in
                    guard let user = event.user else { return }
                    let channel = Unmanaged<Channel>.fromOpaque(user).takeUnretainedValue()
                    channel.client.answered(channel, event.status)
                },
                Unmanaged.passUnretained(channel).toOpaque())
        }
        // Nobody answers what was not sent.
        if status != Self.normal { answered(channel, status) }
    }

    private func answered(_ channel: Channel, _ status: Int32) {
        schedule.answered(channel.index)
        switch status {
        case Self.normal: refused.remove(channel.index)
        case Self.disconnected: break
        default:
            // Once until it is taken again.
            guard refused.insert(channel.index).inserted else { return }
            note(.refused(variable: channel.name, reason: library.words(status)))
        }
    }

    private func connectionChanged(_ channel: Channel, isUp: Bool) {
        if isUp {
            schedule.connected(channel.index)
            let host =
                library.functions.hostName(channel.identifier).map { String(cString: $0) }
                ?? "an unknown host"
            note(.connected(variable: channel.name, host: host))
        } else {
            schedule.disconnected(channel.index)
            note(.disconnected(variable: channel.name))
        }
    }

    private func note(_ notice: Notice) {
        if notices.count < Self.maxNotices { notices.append(notice) }
    }

    /// `ECA_NORMAL` of `caerr.h`.
    private static let normal: Int32 = 1
    /// `CA_OP_CONN_UP` of `cadef.h`.
    private static let connectionUp = 6
    /// `ECA_DISCONN` of `caerr.h`.
    private static let disconnected: Int32 = 24 << 3

    private static func check(
        _ status: Int32, _ call: String, _ library: ChannelAccessLibrary
    ) throws(ChannelAccessError) {
        guard status == normal else { throw .refused(call: call, reason: library.words(status)) }
    }
}
