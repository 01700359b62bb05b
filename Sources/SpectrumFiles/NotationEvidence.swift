/// What the numbers of a table tell about the signs in them, gathered line by line.
///
/// A text is written under one country's settings. So one number that leaves no choice, such as `3,45`, tells what a
/// sign means in all of them, and beside a decimal sign the other one parts thousands.
struct NotationEvidence {
    /// Why the numbers cannot be read for certain.
    struct Ambiguity: Error {
        let line: Int
        let reason: String
    }

    private struct Column {
        var decimalSigns: Set<UInt8> = []
        var groupSigns: Set<UInt8> = []
        /// The first number for each sign that may be either.
        var unclear: [UInt8: (text: String, line: Int)] = [:]
        var highestWithThousands = 0.0
        /// Whether four digits or more stand together somewhere, as for no one who parts thousands.
        var hasLongNumbers = false
        /// Whether all are three digits, as the rest of a number that has been cut at its thousands.
        var isThreeDigits = true
        var isPadded = false
        var isBare = true
    }

    /// Photoelectrons that are measured have less: an energy beyond it has been read with thousands that it has not.
    private static let highestEnergyEV = 30_000.0

    private let separator: ColumnSeparator
    private var columns: [Column] = []
    private var fewestColumns = Int.max
    private var firstLine: Int?

    init(separator: ColumnSeparator) {
        self.separator = separator
    }

    /// The numbers of the longest line.
    var mostColumns: Int { columns.count }

    /// Takes in the numbers of one line.
    mutating func add(_ row: [WrittenNumber], line: Int) {
        firstLine = firstLine ?? line
        fewestColumns = min(fewestColumns, row.count)
        while columns.count < row.count { columns.append(Column()) }
        for (index, number) in row.enumerated() { Self.add(number, to: &columns[index], line: line) }
    }

    private static func add(_ number: WrittenNumber, to column: inout Column, line: Int) {
        if number.isBare {
            if number.leadingDigits != 3 { column.isThreeDigits = false }
            if number.isPadded { column.isPadded = true }
        } else {
            (column.isBare, column.isThreeDigits) = (false, false)
        }
        if number.groupSign == nil, number.leadingDigits > 3 { column.hasLongNumbers = true }
        if let sign = number.decimalSign { column.decimalSigns.insert(sign) }
        if let sign = number.groupSign { column.groupSigns.insert(sign) }
        guard let sign = number.unclearSign else { return }
        if column.unclear[sign] == nil { column.unclear[sign] = (number.text, line) }
        let value = number.value(unclearSign: .thousands) ?? 0
        column.highestWithThousands = max(column.highestWithThousands, value.magnitude)
    }

    /// What points and commas mean, or which number may be read in two ways.
    func notation(energyColumn: Int, areColumnsNamed: Bool) throws(Ambiguity) -> NumberNotation {
        if !areColumnsNamed, isCutAtSeparators {
            throw Ambiguity(
                line: firstLine ?? 1,
                reason: "\(separator.plural) seem to stand between the columns and within the numbers too, which "
                    + "cannot be told apart; put tabs or semicolons between the columns")
        }
        var point = try ownMeaning(of: WrittenNumber.point, energyColumn: energyColumn)
        var comma = try ownMeaning(of: WrittenNumber.comma, energyColumn: energyColumn)
        // Where commas part columns, no country's settings part thousands by points.
        let hasCommas = columns.contains { $0.unclear[WrittenNumber.comma] != nil }
        if separator == .comma, comma == nil, !hasCommas { point = point ?? .decimal }
        if point == nil { point = try meaning(of: WrittenNumber.point, beside: comma) }
        if comma == nil { comma = try meaning(of: WrittenNumber.comma, beside: point) }
        return NumberNotation(point: point, comma: comma)
    }

    /// The first number whose one sign is read as parting thousands, and what it is read as.
    func thousands(_ notation: NumberNotation) -> (text: String, value: Int)? {
        let signs = [(WrittenNumber.point, notation.point), (WrittenNumber.comma, notation.comma)]
        let parted = signs.filter { $0.1 == .thousands }.flatMap { sign, _ in columns.compactMap { $0.unclear[sign] } }
        guard let (text, _) = parted.min(by: { $0.line < $1.line }) else { return nil }
        return Int(text.filter { $0 != "." && $0 != "," }).map { (text, $0) }
    }

    /// Whether numbers have been cut where a sign in them is the columns' too.
    private var isCutAtSeparators: Bool {
        guard separator == .blanks || separator == .comma, mostColumns > 2 else { return false }
        let others = columns.dropFirst(2)
        if others.allSatisfy(\.isThreeDigits), fewestColumns < mostColumns || others.contains(where: \.isPadded) {
            return true
        }
        return separator == .comma && columns.allSatisfy(\.isBare)
    }

    /// What a sign means by the numbers that it stands in.
    private func ownMeaning(of sign: UInt8, energyColumn: Int) throws(Ambiguity) -> NumberNotation.Meaning? {
        let isDecimal = columns.contains { $0.decimalSigns.contains(sign) }
        guard columns.contains(where: { $0.groupSigns.contains(sign) }) else {
            if isDecimal { return .decimal }
            let energies = columns.indices.contains(energyColumn) ? columns[energyColumn] : Column()
            return energies.unclear[sign] != nil && energies.highestWithThousands > Self.highestEnergyEV
                ? .decimal : nil
        }
        guard !isDecimal else {
            throw Ambiguity(
                line: firstLine ?? 1,
                reason: "the \(name(sign)) parts thousands in some numbers and decimals in others; write them without "
                    + "thousands separators")
        }
        return .thousands
    }

    /// What a sign means that no number of its own tells the meaning of.
    private func meaning(
        of sign: UInt8, beside other: NumberNotation.Meaning?
    ) throws(Ambiguity) -> NumberNotation.Meaning? {
        let unclear = columns.compactMap { $0.unclear[sign] }.min { $0.line < $1.line }
        let isBesideLongNumbers = columns.contains { $0.unclear[sign] != nil && $0.hasLongNumbers }
        switch other {
        case .thousands: return .decimal
        case .decimal where !isBesideLongNumbers: return .thousands
        case nil where unclear == nil: return nil
        case nil where isBesideLongNumbers: return .decimal
        default: break
        }
        guard let unclear else { return .thousands }
        let digits = unclear.text.filter { $0 != "." && $0 != "," }
        throw Ambiguity(
            line: unclear.line,
            reason: "\"\(unclear.text)\" may be \(digits) or \(unclear.text.replacing(",", with: ".")), and nothing in "
                + "the file tells whether its \(name(sign)) parts thousands or decimals; write the numbers without "
                + "thousands separators, or with decimals throughout")
    }

    private func name(_ sign: UInt8) -> String {
        sign == WrittenNumber.point ? "point" : "comma"
    }
}
