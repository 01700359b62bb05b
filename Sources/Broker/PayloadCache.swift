import ZeroMQ

/// Payloads by reference, within a budget: what does not fit is read again from the journal when it is needed.
///
/// What came first is needed first, so what comes while the budget is used up stays out.
struct PayloadCache {
    /// The most bytes that are kept.
    let budgetBytes: Int
    /// Bytes kept now.
    private(set) var bytes = 0
    private var payloads: [JobNumber: [Frame]] = [:]
    /// Payloads that are nowhere else, which the queue bounds; outside the budget.
    private var kept: [JobNumber: [Frame]] = [:]

    init(budgetBytes: Int) {
        self.budgetBytes = budgetBytes
    }

    /// The header and frames of a job, if they are in memory.
    subscript(job: JobNumber) -> [Frame]? { payloads[job] ?? kept[job] }

    /// Keeps a payload whatever the budget: the job is live and its bytes are nowhere else.
    mutating func keep(_ frames: [Frame], for job: JobNumber) { kept[job] = frames }

    /// Keeps a payload if there is room.
    mutating func insert(_ frames: [Frame], for job: JobNumber) {
        let size = frames.reduce(0) { $0 + $1.count }
        guard bytes + size <= budgetBytes, payloads[job] == nil else { return }
        payloads[job] = frames
        bytes += size
    }

    /// Lets go of a payload.
    mutating func remove(_ job: JobNumber) {
        if kept.removeValue(forKey: job) != nil { return }
        guard let frames = payloads.removeValue(forKey: job) else { return }
        bytes -= frames.reduce(0) { $0 + $1.count }
    }
}
