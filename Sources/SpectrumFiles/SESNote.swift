import FoundationEssentials

/// The settings that Scienta's programs write beside a spectrum: SES as `key=value` lines, PEAK as one JSON object.
struct SESNote {
    /// Values by their keys in lower case, without anything but letters and digits.
    private var values: [String: String] = [:]

    init(_ text: String) {
        if text.first(where: { !$0.isWhitespace }) == "{", let json = Self.object(text) {
            json.flatten(into: &values, key: "")
            return
        }
        for line in text.split(whereSeparator: \.isNewline) {
            guard let split = line.firstIndex(of: "=") else { continue }
            set(String(line[line.index(after: split)...]), for: String(line[..<split]))
        }
    }

    init(_ settings: [String: String]) {
        for (key, value) in settings.sorted(by: { $0.key < $1.key }) { set(value, for: key) }
    }

    var isEmpty: Bool { values.isEmpty }

    /// The value of the first of the names that has one.
    func value(_ names: String...) -> String? {
        names.lazy.compactMap { values[Self.bare($0)] }.first
    }

    func number(_ names: String...) -> Double? {
        for name in names {
            guard let value = values[Self.bare(name)] else { continue }
            // A unit may follow; a decimal comma comes from the language that Windows was set to.
            let digits = Array(value.utf8.prefix { $0 != 0x20 }).map {
                $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0
            }
            if let number = Decimal.parse(digits, digits.indices) { return number }
        }
        return nil
    }

    /// A number that is above zero, as energies and times are.
    func positive(_ names: String...) -> Double? {
        for name in names {
            if let number = number(name), number > 0 { return number }
        }
        return nil
    }

    /// Number of sweeps; nil where it is none.
    var sweeps: Int? {
        positive("number of sweeps", "sweeps", "acquired sweeps").flatMap { $0 >= 1 && $0 < 1e9 ? Int($0) : nil }
    }

    /// Time per step and sweep: SES gives the time per channel of all sweeps in seconds.
    var dwellS: Double? {
        positive("time per spectrum channel").map { $0 / Double(sweeps ?? 1) }
    }

    /// What is worth keeping beside a spectrum.
    var metadata: [String: String] {
        var metadata: [String: String] = [:]
        for (key, names) in [
            ("instrument", ["instrument"]), ("location", ["location"]), ("user", ["user"]), ("comment", ["comments"]),
            ("lens_mode", ["lens mode"]), ("spectrum", ["spectrum name"]), ("date", ["date"]), ("time", ["time"]),
        ] {
            let value = names.lazy.compactMap { values[Self.bare($0)] }.first ?? ""
            if value.contains(where: { $0.isLetter || $0.isNumber }) { metadata[key] = value }
        }
        if let date = metadata["date"], let time = metadata["time"] { metadata["acquired"] = "\(date)T\(time)" }
        return metadata
    }

    private mutating func set(_ value: String, for key: String) {
        let key = Self.bare(key)
        let value = String(value.drop { $0 == " " })
        if values[key] == nil, !value.isEmpty { values[key] = value }
    }

    private static func bare(_ key: String) -> String {
        key.lowercased().filter { $0.isLetter || $0.isNumber }
    }

    private static func object(_ text: String) -> JSONNote? {
        try? JSONDecoder().decode(JSONNote.self, from: Data(text.utf8))
    }

    /// Any JSON value, of which the leaves matter.
    private indirect enum JSONNote: Decodable {
        case members([String: JSONNote])
        case elements([JSONNote])
        case leaf(String)

        init(from decoder: any Decoder) throws {
            if let members = try? [String: JSONNote](from: decoder) {
                self = .members(members)
            } else if let elements = try? [JSONNote](from: decoder) {
                self = .elements(elements)
            } else {
                let value = try decoder.singleValueContainer()
                if let text = try? value.decode(String.self) {
                    self = .leaf(text)
                } else if let number = try? value.decode(Double.self) {
                    self = .leaf("\(number)")
                } else {
                    self = .leaf("")
                }
            }
        }

        func flatten(into values: inout [String: String], key: String) {
            switch self {
            case .members(let members):
                for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                    // A quantity with its unit: {"Value": 520, "Unit": "eV"}.
                    let isValue = SESNote.bare(name) == "value"
                    member.flatten(into: &values, key: isValue ? key : SESNote.bare(name))
                }
            case .elements(let elements): for element in elements { element.flatten(into: &values, key: key) }
            case .leaf(let text): if !key.isEmpty, values[key] == nil, !text.isEmpty { values[key] = text }
            }
        }
    }
}
