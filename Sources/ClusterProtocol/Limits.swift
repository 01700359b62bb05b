/// The bounds of section 2 of the specification.
public enum Limits {
    /// The version of the wire that this module speaks.
    public static let version = 1
    /// The longest header a broker or collector reads.
    public static let headerBytes = 64 * 1024
    /// The deepest nesting of a header, its own object counted.
    public static let headerDepth = 16
    /// The longest job, header and frames together.
    public static let jobBytes = 8 * 1024 * 1024
    /// The most regions of a job.
    public static let regions = 64
    /// The most frames of a job: a header, and for each region an array, an axis and a transmission.
    public static let frames = 1 + 3 * regions
    /// The largest integer on the wire: beyond it a double is no longer exact.
    public static let integer = 1 << 53 - 1
    /// The longest name of a run, in bytes of UTF-8.
    public static let runNameBytes = 128
    /// The longest job key, in bytes of UTF-8.
    public static let jobNameBytes = 64
    /// The longest name of a region, in bytes of UTF-8.
    public static let regionNameBytes = 64
    /// The least transmission that intensities are divided by.
    public static let leastTransmission: Float = 1e-6
    /// The longest `id`, `worker` and `collector`, in bytes of UTF-8.
    public static let identityBytes = 64
    /// The longest sentence that is kept of a peer's error text, in bytes of UTF-8.
    public static let errorTextBytes = 4096
    /// The most leases a worker may hold, and the most numbers in one list of leases or deliveries.
    public static let leases = 1024
    /// The most pairs in a list of gaps; `missing` counts beyond it.
    public static let gaps = 256
    /// The most frames of an envelope, its empty delimiter counted.
    public static let envelopeFrames = 4
    /// When to try again where the refusal itself does not know better.
    public static let retryAfterMs = 1000
    /// The most events in one answer to `snapshot`, and the most dead letters in one list.
    public static let page = 1000
}
