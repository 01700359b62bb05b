internal import ChannelAccess

/// Into which process variables a collector puts progress and results.
public struct EPICSConfiguration: Sendable {
    /// What stands in front of every name, `BL00:XPS:` for example.
    public var prefix: String
    /// EPICS's Channel Access library or its folder; nil looks where it usually is.
    public var libraryPath: String?

    /// The environment variable that names the library or its folder.
    public static var libraryVariable: String { ChannelAccessLibrary.variable }

    /// The most characters that a record's name has: `PVNAME_SZ` of `dbDefs.h`.
    static let nameCharacters = 60
    /// Room for the longest of our own names.
    static let ownCharacters = 40

    /// Variables with this prefix.
    ///
    /// - Throws: ``EPICSError`` for what no record's name can begin with.
    public init(prefix: String, libraryPath: String? = nil) throws(EPICSError) {
        let allowed = prefix.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "_-:[]<>;".utf8.contains($0)
            }
        }
        guard allowed, (1...Self.nameCharacters - Self.ownCharacters).contains(prefix.utf8.count) else {
            throw .prefix(prefix)
        }
        self.prefix = prefix
        self.libraryPath = libraryPath
    }
}
