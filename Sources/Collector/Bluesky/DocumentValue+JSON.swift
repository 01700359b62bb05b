import ClusterProtocol

extension JSONWriter {
    /// Writes an object of a document.
    mutating func value(_ object: DocumentObject) {
        beginObject()
        for member in object.members {
            key(member.key)
            value(member.value)
        }
        endObject()
    }

    private mutating func value(_ value: DocumentValue) {
        switch value {
        case .text(let text): self.value(text)
        case .integer(let integer): self.value(integer)
        case .number(let number):
            // No JSON of the standard, but what Python's json writes and reads; null would end a LiveTable.
            if number.isFinite { self.value(number) } else { raw("NaN".utf8) }
        case .flag(let flag): self.value(flag)
        case .list(let values):
            beginArray()
            for value in values { self.value(value) }
            endArray()
        case .object(let object): self.value(object)
        }
    }
}
