/// The outcome of a request, with HTTP's numbers: section 3 of the specification in `protocols/`.
public struct Code: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    public let rawValue: Int

    /// A code by its number; unknown numbers are kept, since a newer peer may send them.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// 200: done, here is the answer.
    public static let ok = Code(rawValue: 200)
    /// 202: the job is on stable storage.
    public static let accepted = Code(rawValue: 202)
    /// 208: accepted before with the same bytes.
    public static let duplicate = Code(rawValue: 208)
    /// 400: the header alone is wrong: not JSON, a key missing, of the wrong type or out of range.
    public static let malformed = Code(rawValue: 400)
    /// 403: not allowed on this socket.
    public static let forbidden = Code(rawValue: 403)
    /// 404: no such run, job, operation or dead letter.
    public static let notFound = Code(rawValue: 404)
    /// 409: the same key with other bytes, a closed run, too late.
    public static let conflict = Code(rawValue: 409)
    /// 413: beyond a limit.
    public static let tooLarge = Code(rawValue: 413)
    /// 415: a `dtype` that is not read.
    public static let unsupportedType = Code(rawValue: 415)
    /// 422: the header is right, and the frames do not fit it.
    public static let unprocessable = Code(rawValue: 422)
    /// 426: another version.
    public static let versionMismatch = Code(rawValue: 426)
    /// 429: more unacknowledged submits than the window allows.
    public static let windowExceeded = Code(rawValue: 429)
    /// 503: full, draining, or the collector is away.
    public static let unavailable = Code(rawValue: 503)
    /// 507: the disk is full or failed.
    public static let storageFailed = Code(rawValue: 507)

    /// Whether the same message may succeed later.
    public var isRetriable: Bool {
        self == .windowExceeded || self == .unavailable || self == .storageFailed
    }

    /// Whether the request was granted.
    public var isSuccess: Bool { (200..<300).contains(rawValue) }
}

extension Code: CustomStringConvertible {
    /// The number as text.
    public var description: String { String(rawValue) }
}
