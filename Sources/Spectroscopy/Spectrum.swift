/// What was measured of one sample under one set of conditions: one or more regions.
public struct Spectrum: Sendable, Hashable {
    /// The regions, in the order of their recording.
    public let regions: [Region]
    /// The sample's name, empty where none was recorded.
    public let sample: String
    /// The file or job it came from.
    public let source: String?
    /// The numbers of the file's blocks that it was put together from, counted from 1.
    public let blocks: [Int]
    /// Whatever else the source said, such as experimental variables.
    public let metadata: [String: String]

    /// Creates a spectrum of at least one region.
    public init(
        regions: [Region], sample: String = "", source: String? = nil, blocks: [Int] = [],
        metadata: [String: String] = [:]
    ) throws(SpectroscopyError) {
        guard !regions.isEmpty else { throw SpectroscopyError(region: nil, problem: .noRegions) }
        self.regions = regions
        self.sample = sample
        self.source = source
        self.blocks = blocks
        self.metadata = metadata
    }
}
