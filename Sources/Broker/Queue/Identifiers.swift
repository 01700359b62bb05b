/// Number of a job: rises for ever, across restarts of the broker.
///
/// It is also the `delivery` on the wire.
package struct JobNumber: Hashable, Comparable, Sendable {
    /// The number, below 2^53.
    package let value: UInt64

    /// Wraps a number.
    package init(_ value: UInt64) { self.value = value }

    package static func < (left: JobNumber, right: JobNumber) -> Bool { left.value < right.value }
}

/// Token of one delivery of a job to one worker, unique across restarts of the broker, below 2^53.
package struct LeaseID: Hashable, Comparable, Sendable {
    /// The number on the wire.
    package let value: UInt64

    /// Wraps a number.
    package init(_ value: UInt64) { self.value = value }

    package static func < (left: LeaseID, right: LeaseID) -> Bool { left.value < right.value }
}

/// A connected worker, numbered by whoever owns the socket.
package struct WorkerID: Hashable, Sendable {
    /// The owner's number.
    package let value: UInt64

    /// Wraps a number.
    package init(_ value: UInt64) { self.value = value }
}

/// A connected publisher, numbered by whoever owns the socket.
package struct PublisherID: Hashable, Sendable {
    /// The owner's number.
    package let value: UInt64

    /// Wraps a number.
    package init(_ value: UInt64) { self.value = value }
}

/// A question that waits for its answer, numbered by whoever asks.
package struct Ticket: Hashable, Sendable {
    /// The asker's number.
    package let value: UInt64

    /// Wraps a number.
    package init(_ value: UInt64) { self.value = value }
}

/// A run's place in the queue's table; valid until the run is forgotten.
package struct RunIndex: Hashable, Sendable {
    let value: Int

    init(_ value: Int) { self.value = value }
}
