import ClusterProtocol

extension [UInt8] {
    /// The bytes as a view, with the error of the wire kept.
    func view<Value>(
        _ body: (UnsafeRawBufferPointer) throws(ProtocolError) -> Value
    ) throws(ProtocolError) -> Value {
        var outcome: Result<Value, ProtocolError>?
        withUnsafeBytes { bytes in
            do throws(ProtocolError) { outcome = .success(try body(bytes)) } catch { outcome = .failure(error) }
        }
        guard let outcome else { throw ProtocolError(.malformed, "There are no bytes.") }
        return try outcome.get()
    }
}

extension Collection where Element == [UInt8] {
    /// All of them as views at once.
    func withViews<Value>(_ body: ([UnsafeRawBufferPointer]) -> Value) -> Value {
        var views: [UnsafeRawBufferPointer] = []
        func descend(_ rest: SubSequence) -> Value {
            guard let first = rest.first else { return body(views) }
            return first.withUnsafeBytes { bytes in
                views.append(bytes)
                return descend(rest.dropFirst())
            }
        }
        return descend(self[...])
    }
}
