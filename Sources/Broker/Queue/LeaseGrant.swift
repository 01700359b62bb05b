/// One delivery of one job to one worker.
struct LeaseGrant: Sendable {
    let job: JobNumber
    let worker: WorkerID
    let bytes: Int
    let isSolo: Bool
    let grantedMs: Int
    /// It ends then unless it is named before.
    var deadlineMs: Int
    /// Heartbeats in a row that did not name it.
    var omissions = 0
    /// The worker's heartbeat that named it last.
    var namedBy = 0
    /// The worker's heartbeat that named it last as being computed.
    var computedBy = 0
    /// When it was first named as being computed; nil while it merely waits.
    var executingSinceMs: Int?
    /// Its payload is still being read from the disk, so that the worker cannot know it.
    var isUnsent = false
}

/// A connected worker and what it holds.
package struct WorkerLoad: Sendable {
    /// Its number.
    package let id: WorkerID
    /// Its UUID.
    package let name: String
    /// Leases it may hold.
    package let credit: Int
    /// Bytes it may hold; a single larger job is sent alone.
    package let creditBytes: Int
    /// Leases it holds.
    package internal(set) var leases: Set<LeaseID> = []
    /// Bytes it holds.
    package internal(set) var leasedBytes = 0
    /// Leases it computes, by its last heartbeat.
    package internal(set) var executing = 0
    /// Results that counted.
    package internal(set) var done = 0
    /// Failures that counted.
    package internal(set) var failed = 0
    /// When it was last heard of.
    package internal(set) var lastSeenMs: Int
    /// It gets no more leases.
    package internal(set) var isDraining = false

    var heartbeats = 0
    /// It computes longer than believable: no more leases until it answers.
    var isStuck = false
    /// Its socket takes nothing more at the moment.
    var isCongested = false
    /// Kept free of other leases until a suspect can be sent to it alone.
    var isReserved = false
    var holdsSolo = false

    init(id: WorkerID, name: String, credit: Int, creditBytes: Int, nowMs: Int) {
        self.id = id
        self.name = name
        self.credit = credit
        self.creditBytes = creditBytes
        self.lastSeenMs = nowMs
    }

    var isWilling: Bool { !isDraining && !isStuck && !isCongested && !holdsSolo }

    func hasRoom(forBytes bytes: Int) -> Bool {
        isWilling && !isReserved && leases.count < credit
            && (leases.isEmpty || leasedBytes + bytes <= creditBytes)
    }
}
