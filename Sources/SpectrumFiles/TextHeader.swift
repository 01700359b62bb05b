import Spectroscopy

/// The lines above the numbers of a text file: column names, and settings as `name = value` or `name: value`.
struct TextHeader {
    /// Which columns to read, and what their names say.
    struct Columns {
        var energy = 0
        var intensity = 1
        var kind: EnergyAxis.Kind?
        var ordinate: RegionSettings.Ordinate?
        /// Whether the energies are in keV; nil where no unit is named.
        var isInKEV: Bool?
        /// Whether the header names the energy, and so what the intensity is.
        var isNamed = false
        /// Whether the energy is named in a column of its own, and so the columns' order.
        var isOrdered = false
        /// Why the columns cannot be a spectrum.
        var problem: String?

        /// The energy in a row.
        func energyEV(_ row: [Double]) -> Double {
            // To a tenth of a microelectronvolt: what a product with 1000 leaves is no digit of the file's.
            isInKEV == true ? (row[energy] * 1e10).rounded() / 1e7 : row[energy]
        }

        /// The same columns in a region below, where a header names others or is silent.
        func continued(_ below: Columns) -> Columns {
            var columns = self
            columns.isInKEV = below.isInKEV ?? isInKEV
            columns.ordinate = below.isNamed ? below.ordinate : below.ordinate ?? ordinate
            return columns
        }

        /// Whether a header below names another unit or ordinate.
        func isContradicted(_ below: Columns) -> Bool {
            // A comment amid the points that speaks of counts names no columns.
            below.isInKEV.map { $0 != (isInKEV ?? false) } == true
                || below.isNamed && below.ordinate != nil && below.ordinate != ordinate
        }
    }

    private static let lineLimit = 10_000
    /// Names stand in the last lines, above them titles.
    private static let mostLinesOfNames = 3
    private static let anyEnergyEV = 0.0...100_000
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

    /// The first line of settings of its own; nil where it has none.
    var firstSettingsLine: Int? { settings.firstLine }

    /// The core level that a title names, wherever the window may lie.
    var titledLevel: String? { coreLevel(bindingEV: Self.anyEnergyEV) }

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
        let rows = rowsOfNames(separator, count: count)
        guard let last = rows.last else { return [] }
        return rows.dropLast().reversed().reduce(last) { names, upper in zip(names, upper).map { "\($0) \($1)" } }
    }

    private func rowsOfNames(_ separator: ColumnSeparator, count: Int) -> [[String]] {
        lines.suffix(Self.mostLinesOfNames).filter { $0 == lines.last || !Self.isSetting($0) }
            .map(separator.names).filter { $0.count == count }
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
            columns.problem = "the first column is \(LineCursor.quoted(first.utf8)), not an energy; it is no spectrum"
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
        let above = rowsOfNames(separator, count: count).map { $0[columns.energy] }
        // A line of names that hold blanks has other fields than its columns.
        let whole = names.isEmpty || separator == .blanks ? Array(titles.suffix(Self.mostLinesOfNames)) : []
        columns.isInKEV = EnergyUnit.isKEV(above) ?? EnergyUnit.isKEV(whole)
        columns.isOrdered = above.contains(where: EnergyUnit.namesEnergy)
        columns.isNamed = columns.isOrdered || whole.contains(where: EnergyUnit.namesEnergy)
        return columns
    }

    /// The lines that are no settings.
    private var titles: [String] { lines.filter { !Self.isSetting($0) } }

    private static func isSetting(_ line: String) -> Bool { line.contains { $0 == "=" || $0 == ":" } }
}
