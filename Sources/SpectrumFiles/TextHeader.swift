import Spectroscopy

/// The lines above the numbers of a text file: column names, and settings as `name = value` or `name: value`.
struct TextHeader {
    /// Which columns to read, and what their names say.
    struct Columns {
        var energy = 0
        var intensity = 1
        var kind: EnergyAxis.Kind?
        var ordinate: RegionSettings.Ordinate?
        /// Why the columns cannot be a spectrum.
        var problem: String?
    }

    private static let lineLimit = 10_000
    private var lines: [String] = []
    private var lastIsComment = false
    private var values: [String: String] = [:]

    /// Adds a line.
    mutating func add(_ line: String, isComment: Bool) {
        guard lines.count < Self.lineLimit else { return }
        lines.append(line)
        lastIsComment = isComment
        guard let split = line.firstIndex(where: { $0 == "=" || $0 == ":" }) else { return }
        let key = Self.trimmed(line[..<split]).lowercased()
        let value = Self.trimmed(line[line.index(after: split)...])
        if values[key] == nil, !value.isEmpty { values[key] = value }
    }

    /// All of it, in lower case.
    var text: String { lines.joined(separator: "\n").lowercased() }

    /// The value of the first name that was set.
    func value(of names: [String]) -> String? {
        for name in names {
            if let value = values[name] { return value }
        }
        return nil
    }

    /// The number at the beginning of the first setting of these names, whose names may go on with a unit.
    func number(of names: [String]) -> Double? {
        for (key, value) in values.sorted(by: { $0.key < $1.key }) {
            let bare = Self.trimmed(key.prefix { $0 != "(" && $0 != "[" && $0 != "/" })
            guard names.contains(bare) else { continue }
            let bytes = Array(value.utf8)
            let digits = bytes.prefix { $0 == 0x2B || $0 == 0x2D || $0 == 0x2E || ($0 >= 0x30 && $0 <= 0x39) }
            if let number = Decimal.parse(bytes, 0..<digits.count), number >= 0 { return number }
        }
        return nil
    }

    /// The photon energy, under the names in use.
    var photonEnergyEV: Double? {
        number(of: ["photon energy", "excitation energy", "x-ray energy", "source energy", "hv", "hν"])
            .flatMap { $0 > 0 ? $0 : nil }
    }

    /// What the energies are, if one kind alone is named anywhere.
    var energyKind: EnergyAxis.Kind? {
        if let scale = value(of: ["energy axis", "energy scale"]), let kind = EnergyKind.named(in: scale) {
            return kind
        }
        return EnergyKind.named(in: lines.joined(separator: " "))
    }

    /// Chooses columns by the last line of names.
    func columns(_ separator: ColumnSeparator, count: Int) -> Columns {
        var columns = Columns()
        guard let line = lines.last else { return columns }
        // Names that hold blanks cannot be told apart by blanks; then the line speaks for the first two columns.
        let candidates = separator.names(Self.trimmed(line[...]))
        let names = candidates.count == count ? candidates : []
        if let first = (names.first ?? line.split(separator: " ").first.map(String.init))?.lowercased(),
            first == "index" || first == "time" || first.hasPrefix("time ") || first.hasPrefix("time/")
        {
            columns.problem = "the first column is \"\(first)\", not an energy; it is no spectrum"
            return columns
        }
        let kinds = names.map { EnergyKind.named(in: $0) }
        if let binding = kinds.firstIndex(of: .binding) ?? kinds.firstIndex(of: .kinetic) {
            columns.energy = binding
            columns.kind = kinds[binding]
        }
        if columns.kind == nil { columns.kind = EnergyKind.named(in: line) }
        let others = names.indices.filter { $0 != columns.energy && kinds[$0] == nil }
        let counted = others.first { OrdinateKind.named(in: names[$0]) != nil }
        columns.intensity = counted ?? others.first ?? (columns.energy == 0 ? 1 : 0)
        columns.ordinate = OrdinateKind.named(in: names.isEmpty ? line : names[columns.intensity])
        return columns
    }

    private static func trimmed(_ text: Substring) -> String {
        let end = text.lastIndex { !$0.isWhitespace }
        guard let start = text.firstIndex(where: { !$0.isWhitespace }), let end else { return "" }
        return String(text[start...end])
    }
}
