import Foundation

/// One line of a report: named values in a fixed order, a JSON object for scripts and the row of a table for people.
public struct ReportRecord: Sendable {
    /// A value.
    enum Value: Sendable {
        case text(String)
        case integer(Int)
        case number(Double?, decimals: Int)
        case interval(ConfidenceInterval?)
        case named([(String, Double?)])
        case texts([String])
    }

    /// A value with its name; those without a heading are for scripts only.
    private struct Field: Sendable {
        let key: String
        let heading: String?
        let width: Int
        let value: Value
    }

    /// The table it belongs to.
    public let section: String
    private var fields: [Field] = []

    /// An empty line of a table.
    init(section: String) {
        self.section = section
    }

    /// Adds a text, which takes so much room in a table.
    mutating func add(_ key: String, _ heading: String? = nil, text: String, width: Int = 8) {
        fields.append(Field(key: key, heading: heading, width: -width, value: .text(text)))
    }

    /// Adds a number of things.
    mutating func add(_ key: String, _ heading: String? = nil, count: Int) {
        fields.append(Field(key: key, heading: heading, width: 6, value: .integer(count)))
    }

    /// Adds a number, null where there is none.
    mutating func add(_ key: String, _ heading: String? = nil, _ value: Double?, decimals: Int = 4) {
        fields.append(Field(key: key, heading: heading, width: decimals + 2, value: .number(value, decimals: decimals)))
    }

    /// Adds a share with its interval.
    mutating func add(_ key: String, _ heading: String? = nil, _ share: Share) {
        add(key, heading, share.value, decimals: 3)
        add(key + "_interval", interval: share.interval)
    }

    /// Adds a share of an oracle's figure with its interval.
    mutating func add(_ key: String, _ heading: String? = nil, _ ratio: OracleComparison.Ratio) {
        add(key, heading, ratio.value, decimals: 3)
        add(key + "_interval", interval: ratio.interval)
    }

    /// Adds an interval of 95 %, for scripts.
    mutating func add(_ key: String, interval: ConfidenceInterval?) {
        fields.append(Field(key: key, heading: nil, width: 0, value: .interval(interval)))
    }

    /// Adds numbers under names of their own, for scripts.
    mutating func add(_ key: String, named values: [(String, Double?)]) {
        fields.append(Field(key: key, heading: nil, width: 0, value: .named(values)))
    }

    /// Adds a list of texts, for scripts.
    mutating func add(_ key: String, texts: [String]) {
        fields.append(Field(key: key, heading: nil, width: 0, value: .texts(texts)))
    }

    /// The line as a JSON object, without a newline.
    public var json: [UInt8] {
        var text = JSONText(reserving: 1024)
        text.openObject()
        text.key("section")
        text.string(section)
        for field in fields {
            text.key(field.key)
            switch field.value {
            case .text(let value): text.string(value)
            case .integer(let value): text.integer(value)
            case .number(let value, _): text.number(value ?? .nan, decimals: 5)
            case .interval(let interval):
                text.openArray()
                for end in [interval?.low, interval?.high] { text.number(end ?? .nan, decimals: 5) }
                text.closeArray()
            case .named(let values):
                text.openObject()
                for (name, value) in values {
                    text.key(name)
                    text.number(value ?? .nan, decimals: 5)
                }
                text.closeObject()
            case .texts(let values):
                text.openArray()
                for value in values { text.string(value) }
                text.closeArray()
            }
        }
        text.closeObject()
        return text.bytes
    }

    /// The headings of the table's columns.
    public var heading: String {
        shown.map { Self.padded($0.heading ?? "", to: Self.width($0)) }.joined(separator: "  ")
    }

    /// The line as a row under the headings.
    public var row: String {
        shown.map { field in
            let text =
                switch field.value {
                case .text(let value): value
                case .integer(let value): "\(value)"
                case .number(let value?, let decimals) where value.isFinite: String(format: "%.\(decimals)f", value)
                default: "–"
                }
            return Self.padded(text, to: Self.width(field))
        }.joined(separator: "  ")
    }

    private var shown: [Field] { fields.filter { $0.heading != nil } }

    /// Columns of text are aligned to the left, which a negative width says.
    private static func width(_ field: Field) -> Int {
        let width = max(abs(field.width), field.heading?.count ?? 0)
        return field.width < 0 ? -width : width
    }

    private static func padded(_ text: String, to width: Int) -> String {
        let fill = String(repeating: " ", count: max(0, abs(width) - text.count))
        return width < 0 ? text + fill : fill + text
    }
}
