/// One value inside a document of the event model.
package enum DocumentValue: Sendable, Hashable {
    case text(String)
    case integer(Int)
    /// Not a number stands for what was not measured; JSON then holds `NaN`, as Python writes it and reads it.
    case number(Double)
    case flag(Bool)
    case list([DocumentValue])
    case object(DocumentObject)

    /// A list of texts.
    package static func texts(_ texts: [String]) -> DocumentValue { .list(texts.map { .text($0) }) }
}

/// An object of a document, its keys in the order they were given.
package struct DocumentObject: Sendable, Hashable {
    /// One key and its value.
    package struct Member: Sendable, Hashable {
        package var key: String
        package var value: DocumentValue
    }

    /// The members in order.
    package private(set) var members: [Member] = []

    /// An empty object.
    package init() {}

    /// The value of a key; setting nil changes nothing, so that what is not known is left out.
    package subscript(key: String) -> DocumentValue? {
        get { members.first { $0.key == key }?.value }
        set {
            guard let newValue else { return }
            if let index = members.firstIndex(where: { $0.key == key }) {
                members[index].value = newValue
            } else {
                members.append(Member(key: key, value: newValue))
            }
        }
    }

    /// Adds a key that is known to be new, without a look at the others.
    package mutating func append(_ key: String, _ value: DocumentValue) {
        members.append(Member(key: key, value: value))
    }
}

extension DocumentObject: ExpressibleByDictionaryLiteral {
    /// An object written in source.
    package init(dictionaryLiteral elements: (String, DocumentValue)...) {
        members = elements.map { Member(key: $0.0, value: $0.1) }
    }
}
