import Spectroscopy

/// Reads text of two columns, energy and intensity, separated by comma, semicolon, tab or blanks.
///
/// Lines before the first pair of numbers, and lines that begin with a comment sign, are the header: column names and
/// settings are looked for there. Energies that leap, or turn back to where none were, begin another region of the
/// spectrum, and lines between the two are its header; so do lines that name another region or other units.
struct ColumnReader {
    private static let fewestPoints = 5
    /// As many as a job takes, and more than are measured of one sample.
    private static let mostRegions = 64
    private static let quote = UInt8(ascii: "\"")
    private static let commentSigns = Array("#%!;'\"/".utf8)

    private var cursor: LineCursor
    private let options: SpectrumFile.Options
    private var header = TextHeader()
    /// What the file's header leaves to regions below the first: one copy, which theirs begin with.
    private var continuedHeader = TextHeader()
    private var separator = ColumnSeparator.tab
    private var columns = TextHeader.Columns()
    private var notation = NumberNotation.plain
    private var blocks: [ColumnBlock] = []
    /// The first line of settings that no region begins with.
    private var unusedSettingsLine: Int?
    private var notices: [String] = []

    static func read(
        _ bytes: [UInt8], file: String, options: SpectrumFile.Options
    ) throws(SpectrumFileError) -> SpectrumFile {
        var reader = ColumnReader(cursor: LineCursor(file: file, bytes: bytes), options: options)
        let firstRow = try reader.readHeader()
        try reader.learnNotation(from: firstRow)
        try reader.readBlocks(from: firstRow)
        try reader.checkBlocks()
        let regions = try reader.makeRegions()
        do {
            let spectrum = try Spectrum(
                regions: regions, sample: reader.header.sample, source: file, blocks: Array(1...regions.count))
            return SpectrumFile(format: .text, spectra: [spectrum], notices: reader.notices)
        } catch {
            throw SpectrumFileError(file: file, reason: "\(error)")
        }
    }

    private init(cursor: LineCursor, options: SpectrumFile.Options) {
        self.cursor = cursor
        self.options = options
    }

    /// Reads up to the first row of numbers, and chooses the columns.
    private mutating func readHeader() throws(SpectrumFileError) -> Range<Int> {
        while let range = cursor.next() {
            if range.isEmpty { continue }
            let isComment = isComment(range)
            for separator in ColumnSeparator.allCases where !isComment {
                let count = separator.writtenNumbers(cursor.bytes, range).count
                guard count >= 2 else { continue }
                self.separator = separator
                continuedHeader = header.continued()
                columns = header.columns(separator, count: count)
                if let problem = columns.problem { throw cursor.error(problem) }
                if count > 2 {
                    notices.append(
                        "\(count) columns: column \(columns.energy + 1) is read as energy and column "
                            + "\(columns.intensity + 1) as intensity")
                }
                return range
            }
            header.add(text(range), line: cursor.line)
        }
        let isPeakTable = header.text.contains("fwhm") || header.text.contains("%conc")
        throw SpectrumFileError(
            file: cursor.file, line: 1,
            reason: isPeakTable
                ? "a table of fitted peaks, not a spectrum; give the spectrum that was fitted"
                : "no line of it has two numbers, energy and intensity; it is no spectrum")
    }

    /// Looks ahead over all rows for what points and commas mean in them.
    private mutating func learnNotation(from firstRow: Range<Int>) throws(SpectrumFileError) {
        var evidence = NotationEvidence(separator: separator)
        var ahead = cursor
        var range = firstRow
        repeat {
            let row = separator.writtenNumbers(cursor.bytes, range)
            if row.count >= 2 { evidence.add(row, line: ahead.line) }
            guard let next = ahead.next() else { break }
            range = next
        } while true
        do {
            notation = try evidence.notation(
                energyColumn: columns.energy,
                areColumnsNamed: !header.names(separator, count: evidence.mostColumns).isEmpty)
        } catch {
            throw SpectrumFileError(file: cursor.file, line: error.line, reason: error.reason)
        }
        if let (text, value) = evidence.thousands(notation) {
            notices.append("its numbers have thousands separators: \(text) is read as \(value)")
        }
    }

    private mutating func readBlocks(from firstRow: Range<Int>) throws(SpectrumFileError) {
        var above: TextHeader?
        var noPoint: SpectrumFileError?
        var current: Range<Int>? = firstRow
        while let range = current {
            defer { current = cursor.next() }
            if range.isEmpty { continue }
            let row = isComment(range) ? [] : separator.numbers(cursor.bytes, range, notation)
            guard row.count > max(columns.energy, columns.intensity) else {
                if !isComment(range) {
                    let error = cursor.error(
                        "energy and intensity should be here, but the line is \(cursor.quoted(range)); a file holds "
                            + "one spectrum, with all else before it or behind a #")
                    guard row.isEmpty else { throw error }
                    noPoint = noPoint ?? error
                }
                if above == nil { above = continuedHeader }
                above?.add(text(range), line: cursor.line)
                continue
            }
            let isOther = try add(row, header: above)
            if !isOther, let noPoint { throw noPoint }
            if !isOther { noteUnused(above) }
            (above, noPoint) = (nil, nil)
        }
        if let noPoint { throw noPoint }
        noteUnused(above)
        if let line = unusedSettingsLine {
            notices.append(
                "the settings in line \(line) are not used: they stand behind the first point of their region")
        }
    }

    private mutating func noteUnused(_ header: TextHeader?) {
        unusedSettingsLine = unusedSettingsLine ?? header?.firstSettingsLine
    }

    /// Adds a point; says whether it begins another region.
    private mutating func add(_ row: [Double], header above: TextHeader?) throws(SpectrumFileError) -> Bool {
        guard let last = blocks.last else {
            try begin(columns, row, header: header)
            return true
        }
        let named = above?.columns(separator, count: row.count)
        let next = named.map(columns.continued) ?? columns
        let isHeadedAnew = above.map(last.isOther) == true || named.map(columns.isContradicted) == true
        let energyEV = next.energyEV(row)
        switch isHeadedAnew ? .otherRegion : last.place(of: energyEV) {
        case .next:
            blocks[blocks.count - 1].add(energyEV, try intensity(row))
            return false
        case .repeatedEnd:
            blocks[blocks.count - 1].repeatEnd()
            return false
        case .otherRegion where !last.rangeEV.contains(energyEV):
            if let named, named.isOrdered, (named.energy, named.intensity) != (columns.energy, columns.intensity) {
                throw cursor.error("the columns of this region are in another order than those above; split the file")
            }
            try begin(next, row, header: above ?? continuedHeader)
            return true
        case .none where energyEV != last.lastEV:
            throw cursor.error(
                "the energy \(last.lastEV) is written twice before this line; a file holds one spectrum: split it")
        case .otherRegion, .none:
            throw cursor.error(
                "the energy \(energyEV) turns back or repeats after \(last.lastEV); a file holds one spectrum: "
                    + "split it")
        }
    }

    /// Begins a region with a point.
    private mutating func begin(
        _ columns: TextHeader.Columns, _ row: [Double], header: TextHeader
    ) throws(SpectrumFileError) {
        guard blocks.count < Self.mostRegions else {
            throw cursor.error(
                "the table has more than \(Self.mostRegions) regions, the most that are read; split the file")
        }
        self.columns = columns
        blocks.append(
            ColumnBlock(
                header: header, ordinate: columns.ordinate, firstLine: cursor.line, energyEV: columns.energyEV(row),
                intensity: try intensity(row)))
        if columns.isInKEV == true {
            note("the header names keV; the energies are multiplied by 1000 and read as eV")
        }
    }

    private func intensity(_ row: [Double]) throws(SpectrumFileError) -> Float {
        let intensity = row[columns.intensity]
        guard intensity.magnitude <= Double(Region.highestIntensity) else {
            throw cursor.error("the intensity \(intensity) is beyond any detector's")
        }
        return Float(intensity)
    }

    /// Adds a notice that holds for several regions once.
    private mutating func note(_ notice: String) {
        if !notices.contains(notice) { notices.append(notice) }
    }

    /// Refuses blocks that are no regions of one spectrum.
    private mutating func checkBlocks() throws(SpectrumFileError) {
        for block in blocks where block.energiesEV.count < Self.fewestPoints {
            throw SpectrumFileError(
                file: cursor.file, line: block.firstLine,
                reason: "\(block.energiesEV.count) points are no spectrum; at least \(Self.fewestPoints) are needed")
        }
        let ordered = blocks.sorted { $0.rangeEV.lowerBound < $1.rangeEV.lowerBound }
        for (lower, upper) in zip(ordered, ordered.dropFirst())
        where upper.rangeEV.lowerBound <= lower.rangeEV.upperBound {
            let later = lower.firstLine > upper.firstLine ? lower : upper
            throw SpectrumFileError(
                file: cursor.file, line: later.firstLine,
                reason: "the energies from \(later.energiesEV[0]) on turn back to those above; a file holds one "
                    + "spectrum: split it")
        }
        if blocks.contains(where: \.hasRepeatedEnd) {
            notices.append("one end's energy is written twice; the second is left out")
        }
        if blocks.count > 1 {
            let ranges = blocks.map { "\($0.rangeEV.lowerBound) to \($0.rangeEV.upperBound) eV" }
            notices.append("\(blocks.count) regions in one table: \(ranges.joined(separator: ", "))")
        }
    }

    private mutating func makeRegions() throws(SpectrumFileError) -> [Region] {
        var photonEnergiesEV: [Double?] = []
        for block in blocks {
            let told = try block.header.numbers(notation).photonEnergyEV(file: cursor.file)
            photonEnergiesEV.append(told ?? options.photonEnergyEV)
        }
        let named = columns.kind ?? blocks.lazy.compactMap(\.header.energyKind).first
        let energies = try ColumnEnergies(
            blocks, named: named, photonEnergiesEV: photonEnergiesEV, file: cursor.file)
        notices += energies.notices
        let unnamed = blocks.filter { $0.ordinate == nil }
        let areWhole = unnamed.allSatisfy { $0.intensities.allSatisfy { $0 >= 0 && $0 == $0.rounded() } }
        if !unnamed.isEmpty, areWhole {
            notices.append("the intensities are whole numbers; they are taken for counts")
        }
        var regions: [Region] = []
        for (block, photonEnergyEV) in zip(energies.blocks, photonEnergiesEV) {
            let ordinate = block.ordinate ?? (areWhole ? .counts : .arbitrary)
            regions.append(try makeRegion(block, energies.kind, ordinate: ordinate, photonEnergyEV: photonEnergyEV))
        }
        return regions
    }

    private mutating func makeRegion(
        _ block: ColumnBlock, _ kind: EnergyAxis.Kind, ordinate: RegionSettings.Ordinate, photonEnergyEV: Double?
    ) throws(SpectrumFileError) -> Region {
        if kind == .kinetic, photonEnergyEV == nil {
            throw SpectrumFileError(
                file: cursor.file, line: block.firstLine,
                reason: "the energies are kinetic and no photon energy is given; add a line such as "
                    + "\"# photon energy = 1486.6\" or give the option")
        }
        let isFirst = block.firstLine == blocks.first?.firstLine
        if !isFirst, let other = EnergyKind.named(in: block.header.text), other != kind {
            throw SpectrumFileError(
                file: cursor.file, line: block.firstLine,
                reason: "the energies are \(other) here and \(kind) above; split the file")
        }
        let numbers = block.header.numbers(notation)
        let dwell = numbers.dwell()
        if let notice = dwell.notice { note(notice) }
        do {
            let settings = try RegionSettings(
                name: name(of: block, kind, photonEnergyEV: photonEnergyEV),
                axis: .simplest(kind, energiesEV: block.energiesEV), ordinate: ordinate,
                photonEnergyEV: photonEnergyEV, dwellS: dwell.seconds,
                sweeps: numbers.number(of: ["sweeps", "number of sweeps", "scans", "number of scans"]).flatMap {
                    $0 >= 1 && $0 < 1e9 ? Int($0) : nil
                },
                passEnergyEV: numbers.number(of: ["pass energy"]))
            return try Region(settings: settings, intensities: block.intensities)
        } catch {
            throw SpectrumFileError(file: cursor.file, line: block.firstLine, reason: "\(error)")
        }
    }

    /// What the header calls the region; else the core level that a line above it, the file's name or the energies alone
    /// speak of; else the file's name.
    private mutating func name(of block: ColumnBlock, _ kind: EnergyAxis.Kind, photonEnergyEV: Double?) -> String {
        if let name = block.header.regionName { return CoreLevelName.canonical(name) }
        let bindingEV =
            kind == .binding ? block.rangeEV : block.bindingRangeEV(photonEnergyEV: photonEnergyEV ?? 0)
        if let name = block.header.coreLevel(bindingEV: bindingEV) { return name }
        let stem = SpectrumFile.stem(of: cursor.file)
        if let name = CoreLevelName.inFileName(stem, bindingEV: bindingEV) { return name }
        guard let name = CoreLevelName.measured(in: bindingEV) else { return stem }
        notices.append("no header names the region; by its energies it is taken for \(name)")
        return name
    }

    private func isComment(_ range: Range<Int>) -> Bool {
        guard let first = range.first, Self.commentSigns.contains(cursor.bytes[first]) else { return false }
        // Spreadsheets put numbers between quotation marks.
        return cursor.bytes[first] != Self.quote
            || !ColumnSeparator.allCases.contains { $0.writtenNumbers(cursor.bytes, range).count > 1 }
    }

    /// A line of the header without its comment sign.
    private func text(_ range: Range<Int>) -> String {
        guard let first = range.first, Self.commentSigns.contains(cursor.bytes[first]) else {
            return cursor.string(range)
        }
        guard cursor.bytes[first] == Self.quote else { return cursor.string(range.dropFirst()) }
        // Names in quotation marks are taken apart as columns; a line that is one name is what stands in them.
        let text = cursor.string(range)
        let inner = text.dropFirst().prefix { $0 != "\"" }
        return inner.count + 2 == text.count ? String(inner) : text
    }
}
