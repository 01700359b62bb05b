/// The settings of a text header: what stands behind names, and in which line.
struct HeaderSettings {
    struct Setting {
        let name: String
        /// Whether the name ends with the unit keV.
        let isInKEV: Bool
        let text: String
        let line: Int
    }

    private var own: [Setting] = []
    private var above: [Setting] = []

    /// Takes in a line of the form `name = value` or `name: value`; of a name that comes again the first holds.
    mutating func add(_ text: String, line: Int) {
        guard let split = text.firstIndex(where: { $0 == "=" || $0 == ":" }) else { return }
        let value = Self.trimmed(text[text.index(after: split)...])
        guard !value.isEmpty else { return }
        // "photon_energy_eV", "Photon energy (eV)" and "X-ray energy / eV" are names with units.
        let words = text[..<split].lowercased().split { $0 == " " || $0 == "_" || $0 == "-" || $0 == "\t" }
        let name = words.joined(separator: " ")
        let bare = Self.trimmed(name.prefix { $0 != "(" && $0 != "[" && $0 != "/" })
        let isUnitBehind = words.count > 1 && (words.last == "ev" || words.last == "kev")
        own.append(
            Setting(
                name: isUnitBehind ? words.dropLast().joined(separator: " ") : bare, isInKEV: name.contains("kev"),
                text: value, line: line))
    }

    /// The settings as another header below takes them over.
    func inherited(without names: [String]) -> HeaderSettings {
        var settings = HeaderSettings()
        settings.above = (own + above).filter { !names.contains($0.name) }
        return settings
    }

    /// The first setting of the first name that is set.
    func setting(of names: [String]) -> Setting? {
        for list in [own, above] {
            for name in names {
                if let setting = list.first(where: { $0.name == name }) { return setting }
            }
        }
        return nil
    }

    /// The text of the first name that is set.
    func value(of names: [String]) -> String? { setting(of: names)?.text }

    private static func trimmed(_ text: Substring) -> String {
        let end = text.lastIndex { !$0.isWhitespace }
        guard let start = text.firstIndex(where: { !$0.isWhitespace }), let end else { return "" }
        return String(text[start...end])
    }
}
