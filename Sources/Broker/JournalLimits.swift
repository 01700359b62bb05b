/// How large a record's parts may be.
package enum JournalLimits {
    package static let nameBytes = 4 << 10
    package static let annotationBytes = 1 << 10
    package static let evidenceBytes = 64 << 10
    package static let payloadBytes = 1 << 30
    /// Attempts kept per job, the latest; the number in them goes on counting.
    package static let attempts = 64
    package static let rememberedKeys = 256
    package static let rememberedBytes = 256 << 10

    /// Refuses what the broker may not append.
    package static func check(_ record: JournalRecord) throws(JournalError) {
        switch record {
        case .accepted(let acceptance):
            try check("run", acceptance.run.utf8.count, nameBytes)
            try check("job key", acceptance.key.utf8.count, nameBytes)
            try check("annotation", acceptance.annotation.count, annotationBytes)
            try check("payload", acceptance.payload.storedByteCount, payloadBytes)
        case .run(let run):
            try check("run", run.name.utf8.count, nameBytes)
        case .runForgotten(let name):
            try check("run", name.utf8.count, nameBytes)
        case .attempt, .stored, .dead, .cancelled, .requeued:
            break
        }
    }

    private static func check(_ field: String, _ bytes: Int, _ limit: Int) throws(JournalError) {
        guard bytes <= limit else { throw .tooLarge(field: field, bytes: bytes, limitBytes: limit) }
    }
}
