/// What a stream of a split is for: every part of a report has spectra of its own.
enum ReportStream {
    static let constant: UInt64 = 1
    static let probe: UInt64 = 2
    static let bootstrap: UInt64 = 3
    static let pure: UInt64 = 1 << 8
    static let benchmark: UInt64 = 2 << 8
    static let unfamiliar: UInt64 = 3 << 8
    static let leaveOut: UInt64 = 4 << 8
    static let cells: UInt64 = 5 << 8
    static let thresholds: UInt64 = 6 << 8
    static let told: UInt64 = 7 << 8
    static let photons: UInt64 = 8 << 8
}
