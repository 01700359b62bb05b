import Spectroscopy

/// The lines above the numbers of a text file: column names, and settings as `name = value` or `name: value`.
struct TextHeader {
    /// Which columns to read, and what their names say.
    struct Columns {
        var energy = 0
        var intensity = 1
        var kind: EnergyAxis.Kind?
        var ordinate: RegionSettings.Ordinate?
        /// Whether the energies are in keV.
        var isInKEV = false
        /// Why the columns cannot be a spectrum.
        var problem: String?
    }

    private static let lineLimit = 10_000
    /// Names stand in the last lines, above them titles.
    private static let mostLinesOfNames = 3
    private static let regionNames = ["region", "region name", "spectrum"]

    private var lines: [String] = []
    private var settings = HeaderSettings()

    /// Adds a line.
    mutating func add(_ text: String, line: Int) {
        guard lines.count < Self.lineLimit else { return }
        lines.append(text)
        settings.add(text, line: line)
    }

    /// The header of the next region of the same file: other lines, the same settings until they are set anew.
    func continued() -> TextHeader {
        var header = TextHeader()
        header.settings = settings.inherited(without: Self.regionNames)
        return header
    }

    /// All of it, in lower case.
    var text: String { lines.joined(separator: "\n").lowercased() }

    /// The sample's name.
    var sample: String { settings.value(of: ["sample", "sample name"]) ?? "" }

    /// The region's name.
    var regionName: String? { settings.value(of: Self.regionNames) }

    /// The numbers among the settings.
    func numbers(_ notation: NumberNotation) -> HeaderNumbers {
        HeaderNumbers(settings: settings, notation: notation)
    }

    /// The core level that a line of its own names, where the window bears it out.
    func coreLevel(bindingEV: ClosedRange<Double>) -> String? {
        titles.lazy.compactMap { CoreLevelName.inFileName($0, bindingEV: bindingEV) }.first
    }

    /// What the energies are, if one kind alone is named anywhere.
    var energyKind: EnergyAxis.Kind? {
        if let scale = settings.value(of: ["energy axis", "energy scale"]), let kind = EnergyKind.named(in: scale) {
            return kind
        }
        return EnergyKind.named(in: lines.joined(separator: " "))
    }

    /// The columns' names; none where no line has as many.
    ///
    /// A line of units below a line of names adds to it.
    func names(_ separator: ColumnSeparator, count: Int) -> [String] {
        let rows = lines.suffix(Self.mostLinesOfNames).filter { $0 == lines.last || !Self.isSetting($0) }
            .map(separator.names).filter { $0.count == count }
        guard let last = rows.last else { return [] }
        return rows.dropLast().reversed().reduce(last) { names, upper in zip(names, upper).map { "\($0) \($1)" } }
    }

    /// Chooses columns by their names.
    func columns(_ separator: ColumnSeparator, count: Int) -> Columns {
        var columns = Columns()
        guard let last = lines.last else { return columns }
        // Names that hold blanks cannot be told apart by blanks; then a line speaks for the first two columns.
        let names = names(separator, count: count)
        let line = titles.last { EnergyKind.named(in: $0) != nil || OrdinateKind.named(in: $0) != nil } ?? last
        if let first = (names.first ?? last.split(separator: " ").first.map(String.init))?.lowercased(),
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
        columns.ordinate =
            names.isEmpty ? OrdinateKind.named(in: line) : OrdinateKind.named(in: names[columns.intensity])
        columns.isInKEV =
            names.isEmpty
            ? titles.last?.lowercased().contains("kev") == true
            : names[columns.energy].lowercased().contains("kev")
        return columns
    }

    /// The lines that are no settings.
    private var titles: [String] { lines.filter { !Self.isSetting($0) } }

    private static func isSetting(_ line: String) -> Bool { line.contains { $0 == "=" || $0 == ":" } }
}
