/// Why Channel Access cannot be used.
public enum ChannelAccessError: Error, Equatable, CustomStringConvertible {
    /// No library was found in any of these places.
    case libraryMissing(tried: [String])
    /// A library was named that cannot be opened.
    case libraryUnusable(path: String, reason: String)
    /// The library refuses a call.
    case refused(call: String, reason: String)

    private static let installation = """
        Install it by "apt install libca-dev" on Debian or Ubuntu, or by "pip install epicscorelibs", and name its folder \
        by \(ChannelAccessLibrary.variable) (python3 -c "import epicscorelibs.path as p; print(p.lib_path)" prints it).
        """

    /// What was wrong and what to do.
    public var description: String {
        switch self {
        case .libraryMissing(let tried):
            """
            EPICS's Channel Access library was not found (tried \(tried.joined(separator: ", "))). \(Self.installation)
            """
        case .libraryUnusable(let path, let reason):
            """
            \(path) cannot be used as EPICS's Channel Access library: \(reason). Name libca.so itself or the folder \
            that holds it. \(Self.installation)
            """
        case .refused(let call, let reason):
            "EPICS's Channel Access library refuses \(call): \(reason)."
        }
    }
}
