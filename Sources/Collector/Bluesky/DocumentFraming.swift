import ClusterProtocol

/// How documents become messages: one frame, `prefix name payload`, as bluesky.callbacks.zmq splits it.
///
/// A document that is repeated for a late subscriber differs from the first one in its payload's first byte, and in
/// nothing that a reader sees: so that the two can be subscribed to apart.
package struct DocumentFraming: Sendable, Hashable {
    /// How payloads are written.
    package var format: BlueskyConfiguration.Format
    /// What dispatchers may choose by; no spaces in it.
    package var prefix: String

    /// A framing.
    package init(format: BlueskyConfiguration.Format, prefix: String) {
        self.format = format
        self.prefix = prefix
    }

    /// The bytes of a document.
    package func bytes(of document: Document, isRepeated: Bool = false) -> [UInt8] {
        let head = head(of: document.name)
        switch format {
        case .json:
            var writer = JSONWriter(capacity: 4096)
            writer.value(document.content)
            return head + (isRepeated ? [Self.lineFeed] : []) + writer.bytes
        case .msgpack:
            var writer = MessagePackWriter()
            writer.value(document.content, wide: isRepeated)
            return head + writer.bytes
        }
    }

    /// How every document begins that is sent for the first time, or that is repeated.
    package func topics(isRepeated: Bool = false) -> [[UInt8]] {
        let first: UInt8 =
            switch format {
            case .json: isRepeated ? Self.lineFeed : UInt8(ascii: "{")
            case .msgpack: isRepeated ? 0xDF : 0xDE
            }
        return Document.Name.allCases.map { head(of: $0) + [first] }
    }

    private static let lineFeed = UInt8(ascii: "\n")

    private func head(of name: Document.Name) -> [UInt8] { Array("\(prefix) \(name.rawValue) ".utf8) }
}
