/// The settings of a text header: what stands behind names, and in which line.
struct HeaderSettings {
    struct Setting {
        /// The words behind the name's bracket or slash, or its last word if that is a unit.
        let unit: [String]
        let text: String
        let line: Int
    }

    private static let units: Set<String> = ["ev", "kev", "s", "ms", "us", "µs", "μs"]

    private var own: [String: Setting] = [:]
    /// Those of the file's header: all regions share one copy of them.
    private var above: [String: Setting] = [:]

    /// The first line of its own settings; nil where it has none.
    private(set) var firstLine: Int?

    /// Takes in a line of the form `name = value` or `name: value`; of a name that comes again the first holds.
    mutating func add(_ text: String, line: Int) {
        guard let split = text.firstIndex(where: { $0 == "=" || $0 == ":" }) else { return }
        let value = Self.trimmed(text[text.index(after: split)...])
        guard !value.isEmpty else { return }
        // "photon_energy_eV", "Photon energy (eV)" and "X-ray energy / eV" are names with units.
        var words = text[..<split].lowercased().split { $0 == " " || $0 == "_" || $0 == "-" || $0 == "\t" }
            .map(String.init)
        var unit: [String] = []
        if words.count > 1, let last = words.last, Self.units.contains(last) { unit = [words.removeLast()] }
        let name = words.joined(separator: " ")
        let bare = name.prefix { $0 != "(" && $0 != "[" && $0 != "/" }
        if unit.isEmpty { unit = name[bare.endIndex...].split { !$0.isLetter }.map(String.init) }
        firstLine = firstLine ?? line
        let key = Self.trimmed(bare)
        if own[key] == nil { own[key] = Setting(unit: unit, text: value, line: line) }
    }

    /// The settings as another header below takes them over.
    func inherited(without names: [String]) -> HeaderSettings {
        var settings = HeaderSettings()
        settings.above = own.filter { !names.contains($0.key) }
        return settings
    }

    /// The first setting of the first name that is set.
    func setting(of names: [String]) -> Setting? {
        names.lazy.compactMap { own[$0] }.first ?? names.lazy.compactMap { above[$0] }.first
    }

    /// The text of the first name that is set.
    func value(of names: [String]) -> String? { setting(of: names)?.text }

    private static func trimmed(_ text: Substring) -> String {
        let end = text.lastIndex { !$0.isWhitespace }
        guard let start = text.firstIndex(where: { !$0.isWhitespace }), let end else { return "" }
        return String(text[start...end])
    }
}
