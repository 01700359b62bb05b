/// Why documents cannot be published as configured.
public enum BlueskyError: Error, Hashable, CustomStringConvertible {
    /// The prefix holds what a prefix cannot.
    case prefix(String)
    /// The endpoint is open to other machines.
    case open(String)
    /// The endpoint cannot be listened on.
    case endpoint(String, reason: String)

    /// What was wrong and what to do.
    public var description: String {
        switch self {
        case .prefix(let prefix):
            "the Bluesky prefix \"\(prefix)\" must be printable ASCII without spaces: dispatchers split at spaces"
        case .open(let endpoint):
            """
            \(endpoint) is open to other machines, where everybody could read the results: listen on 127.0.0.1 and \
            run bluesky-0MQ-proxy in between, or say --insecure
            """
        case .endpoint(let endpoint, let reason):
            "Bluesky documents cannot be published at \(endpoint): \(reason)"
        }
    }
}
