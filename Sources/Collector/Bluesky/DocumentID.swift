package import Foundation

/// The uids of a run's documents, all made from the run's own: whoever starts again gives the same document the same
/// uid, and nobody has to remember it.
///
/// A UUID of version 8 (RFC 9562): the first half is the run's, the second says which document.
package struct DocumentID: Sendable, Hashable {
    /// What a uid belongs to.
    package enum Kind: UInt8, Sendable {
        case primaryDescriptor = 1, progressDescriptor, primaryEvent, progressEvent, stop
    }

    /// The run's uid, which was drawn at random.
    package let run: UUID

    /// The uids of one run.
    package init(run: UUID) { self.run = run }

    /// The run's uid as documents hold it.
    package var text: String { run.uuidString.lowercased() }

    /// The uid of document `number` of a kind.
    package func text(_ kind: Kind, _ number: Int = 0) -> String {
        var bytes = run.uuid
        bytes.6 = 0x80 | bytes.6 & 0x0F
        bytes.8 = 0x80 | kind.rawValue
        let number = UInt64(truncatingIfNeeded: number)
        bytes.9 = UInt8(truncatingIfNeeded: number >> 48)
        bytes.10 = UInt8(truncatingIfNeeded: number >> 40)
        bytes.11 = UInt8(truncatingIfNeeded: number >> 32)
        bytes.12 = UInt8(truncatingIfNeeded: number >> 24)
        bytes.13 = UInt8(truncatingIfNeeded: number >> 16)
        bytes.14 = UInt8(truncatingIfNeeded: number >> 8)
        bytes.15 = UInt8(truncatingIfNeeded: number)
        return UUID(uuid: bytes).uuidString.lowercased()
    }
}
