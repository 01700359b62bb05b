/// The 99th percentile of the last 256 durations, renewed every 32.
struct DurationEstimate: Sendable {
    private var recent: [Int] = []
    private var next = 0
    private var sinceSorted = 0
    /// Nil until 32 durations are known.
    private(set) var percentile99: Int?

    init() { recent.reserveCapacity(256) }

    mutating func add(_ duration: Int) {
        if recent.count < 256 {
            recent.append(duration)
        } else {
            recent[next] = duration
            next = (next + 1) & 255
        }
        sinceSorted += 1
        guard sinceSorted == 32 else { return }
        sinceSorted = 0
        percentile99 = recent.sorted()[recent.count * 99 / 100]
    }
}
