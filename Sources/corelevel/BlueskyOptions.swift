import ArgumentParser
import Collector

/// The options of `collector` and `up` that publish runs as Bluesky documents.
struct BlueskyOptions: ParsableArguments {
    static let discussion = """


        --bluesky tcp://127.0.0.1:5577 publishes each run as Bluesky documents (start, descriptor, event, stop) to which \
        RemoteDispatcher("127.0.0.1:5577", deserializer=json.loads) connects; --bluesky-proxy tcp://HOST:5567 hands them \
        to a running bluesky-0MQ-proxy instead.
        """

    @Option(help: "Publish Bluesky documents at this address, to which dispatchers connect: tcp://HOST:PORT or a port.")
    var bluesky: String?

    @Option(help: "Publish them through the bluesky-0MQ-proxy with this in-address instead: tcp://HOST:PORT.")
    var blueskyProxy: String?

    @Option(help: "How documents are written: json or msgpack.")
    var blueskyFormat = "json"

    @Option(help: "Prefix of the messages, for several publishers behind one proxy; no spaces.")
    var blueskyPrefix = ""

    @Option(help: "Seconds without news after which a run that nobody closed gets its stop document.")
    var blueskyIdle = 600.0

    @Flag(help: "Let --bluesky listen beyond this machine, where whoever connects reads the results.")
    var insecure = false

    /// What the options ask for; nil for nothing.
    var configuration: BlueskyConfiguration? {
        guard let link else { return nil }
        var configuration = BlueskyConfiguration(link)
        configuration.format = BlueskyConfiguration.Format(rawValue: blueskyFormat) ?? .json
        configuration.prefix = blueskyPrefix
        configuration.idle = .seconds(blueskyIdle)
        configuration.isInsecure = insecure
        return configuration
    }

    /// The same options for a collector of its own.
    var arguments: [String] {
        guard link != nil else { return [] }
        var arguments = ["--bluesky-format", blueskyFormat, "--bluesky-idle", String(blueskyIdle)]
        if let bluesky { arguments += ["--bluesky", bluesky] }
        if let blueskyProxy { arguments += ["--bluesky-proxy", blueskyProxy] }
        if !blueskyPrefix.isEmpty { arguments += ["--bluesky-prefix", blueskyPrefix] }
        if insecure { arguments.append("--insecure") }
        return arguments
    }

    private var link: BlueskyConfiguration.Link? {
        bluesky.flatMap(BlueskyConfiguration.endpoint).map { .listen($0) }
            ?? blueskyProxy.flatMap(BlueskyConfiguration.endpoint).map { .proxy($0) }
    }

    func validate() throws {
        guard bluesky == nil || blueskyProxy == nil else {
            throw ValidationError("Give either --bluesky or --bluesky-proxy.")
        }
        for address in [bluesky, blueskyProxy].compactMap(\.self)
        where BlueskyConfiguration.endpoint(address) == nil {
            throw ValidationError("\"\(address)\" is no address such as tcp://127.0.0.1:5577.")
        }
        guard BlueskyConfiguration.Format(rawValue: blueskyFormat) != nil else {
            throw ValidationError("--bluesky-format must be json or msgpack.")
        }
        guard blueskyIdle > 0, blueskyIdle < 1e7 else {
            throw ValidationError("--bluesky-idle must be above 0 and below 10,000,000 seconds.")
        }
    }
}
