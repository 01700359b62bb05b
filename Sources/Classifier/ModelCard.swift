public import Foundation

/// What a model was trained on, where it holds, where it fails and what it must not be used for: a Markdown file of the
/// same name beside its weights.
///
/// `{{key}}` in it stands for that key of the weight file's metadata, so that a card's figures are always those of the
/// weights it lies beside.
public struct ModelCard: Sendable {
    /// What a key is replaced by that the weights do not have.
    static let unknown = "(not recorded in the weights)"

    /// The text with its keys.
    let template: String

    /// A card of that text.
    public init(template: String) {
        self.template = template
    }

    /// The card beside a weight file, or nil where none lies there.
    public init?(besideWeights file: URL) {
        let url = file.deletingPathExtension().appendingPathExtension("md")
        guard let data = try? Data(contentsOf: url) else { return nil }
        self.init(template: String(decoding: data, as: UTF8.self))
    }

    /// The text with the figures of a weight file's metadata.
    public func text(metadata: [String: String]) -> String {
        var text = ""
        var rest = Substring(template)
        while let opening = rest.firstRange(of: "{{"),
            let closing = rest[opening.upperBound...].firstRange(of: "}}")
        {
            let key = rest[opening.upperBound..<closing.lowerBound].trimmingCharacters(in: .whitespaces)
            text += rest[..<opening.lowerBound]
            text += metadata[key].map(Self.rounded) ?? Self.unknown
            rest = rest[closing.upperBound...]
        }
        return text + rest
    }

    /// A fraction to three places, as people read it; anything else as it is.
    private static func rounded(_ value: String) -> String {
        guard value.contains("."), let number = Double(value), number.isFinite else { return value }
        return String(format: "%.3g", number)
    }
}
