import Spectroscopy

/// Reads text of two columns, energy and intensity, separated by comma, semicolon, tab or blanks.
///
/// Lines before the first pair of numbers, and lines that begin with a comment sign, are the header: column names and
/// settings are looked for there.
struct ColumnReader {
    /// Energies beyond these are not taken for binding energies unless the header says so.
    private static let unnamedRangeEV = -50.0...1500.0
    private static let fewestPoints = 5
    private static let commentSigns = Array("#%!;'\"/".utf8)

    private var cursor: LineCursor
    private let options: SpectrumFile.Options
    private var header = TextHeader()
    private var notices: [String] = []

    static func read(
        _ bytes: [UInt8], file: String, options: SpectrumFile.Options
    ) throws(SpectrumFileError) -> SpectrumFile {
        var reader = ColumnReader(cursor: LineCursor(file: file, bytes: bytes), options: options)
        let region = try reader.readRegion()
        do {
            let spectrum = try Spectrum(
                regions: [region], sample: reader.header.value(of: ["sample", "sample name"]) ?? "", source: file,
                blocks: [1])
            return SpectrumFile(format: .text, spectra: [spectrum], notices: reader.notices)
        } catch {
            throw SpectrumFileError(file: file, reason: "\(error)")
        }
    }

    private init(cursor: LineCursor, options: SpectrumFile.Options) {
        self.cursor = cursor
        self.options = options
    }

    private mutating func readRegion() throws(SpectrumFileError) -> Region {
        let (separator, firstRow) = try readHeader()
        let columns = try chooseColumns(separator, count: firstRow.count)
        var energiesEV: [Double] = [firstRow[columns.energy]]
        var intensities: [Float] = [Float(firstRow[columns.intensity])]
        let firstLine = cursor.line
        var (hasRepeatedEnd, isEnded) = (false, false)
        while let range = cursor.next() {
            if range.isEmpty || Self.commentSigns.contains(cursor.bytes[range.lowerBound]) { continue }
            let row = separator.numbers(cursor.bytes, range)
            guard row.count > max(columns.energy, columns.intensity) else {
                throw cursor.error(
                    "energy and intensity should be here, but the line is \(cursor.quoted(range)); "
                        + "a file holds one spectrum, with all else before it or behind a #")
            }
            if isEnded {
                throw cursor.error(
                    "the energy \(energiesEV[energiesEV.count - 1]) is written twice before this line; a file holds one "
                        + "spectrum: split it")
            }
            // Some programs write an end twice.
            if row[columns.energy] == energiesEV.last, !hasRepeatedEnd {
                hasRepeatedEnd = true
                isEnded = energiesEV.count > 1
                continue
            }
            try check(row[columns.energy], after: energiesEV)
            guard row[columns.intensity].magnitude <= Double(Region.highestIntensity) else {
                throw cursor.error("the intensity \(row[columns.intensity]) is beyond any detector's")
            }
            energiesEV.append(row[columns.energy])
            intensities.append(Float(row[columns.intensity]))
        }
        guard energiesEV.count >= Self.fewestPoints else {
            throw SpectrumFileError(
                file: cursor.file, line: firstLine,
                reason: "\(energiesEV.count) points are no spectrum; at least \(Self.fewestPoints) are needed")
        }
        if hasRepeatedEnd {
            notices.append("one end's energy is written twice; the second is left out")
        }
        return try makeRegion(energiesEV, intensities, columns: columns, firstLine: firstLine)
    }

    /// Reads up to the first row of numbers.
    private mutating func readHeader() throws(SpectrumFileError) -> (ColumnSeparator, [Double]) {
        while let range = cursor.next() {
            if range.isEmpty { continue }
            if Self.commentSigns.contains(cursor.bytes[range.lowerBound]) {
                header.add(cursor.string(range.dropFirst()), isComment: true)
                continue
            }
            for separator in ColumnSeparator.allCases {
                let row = separator.numbers(cursor.bytes, range)
                if row.count >= 2 { return (separator, row) }
            }
            header.add(cursor.string(range), isComment: false)
        }
        let isPeakTable = header.text.contains("fwhm") || header.text.contains("%conc")
        throw SpectrumFileError(
            file: cursor.file, line: 1,
            reason: isPeakTable
                ? "a table of fitted peaks, not a spectrum; give the spectrum that was fitted"
                : "no line of it has two numbers, energy and intensity; it is no spectrum")
    }

    private mutating func chooseColumns(
        _ separator: ColumnSeparator, count: Int
    ) throws(SpectrumFileError) -> TextHeader.Columns {
        let columns = header.columns(separator, count: count)
        if let problem = columns.problem { throw cursor.error(problem) }
        if count > 2 {
            notices.append(
                "\(count) columns: column \(columns.energy + 1) is read as energy and column "
                    + "\(columns.intensity + 1) as intensity")
        }
        return columns
    }

    private func check(_ energyEV: Double, after energiesEV: [Double]) throws(SpectrumFileError) {
        guard let last = energiesEV.last else { return }
        let ascends = energiesEV.count > 1 ? energiesEV[1] > energiesEV[0] : energyEV > last
        guard energyEV != last, (energyEV > last) == ascends else {
            throw cursor.error(
                "the energy \(energyEV) turns back or repeats after \(last); a file holds one spectrum: split it")
        }
    }

    private mutating func makeRegion(
        _ energiesEV: [Double], _ intensities: [Float], columns: TextHeader.Columns, firstLine: Int
    ) throws(SpectrumFileError) -> Region {
        let photonEnergyEV = header.photonEnergyEV ?? options.photonEnergyEV
        let kind: EnergyAxis.Kind
        if let named = columns.kind ?? header.energyKind {
            kind = named
        } else if let photonEnergyEV, let name = kineticName(energiesEV, photonEnergyEV: photonEnergyEV) {
            kind = .kinetic
            notices.append(
                "no header names the energies; as \(name) under \(photonEnergyEV) eV they are taken for kinetic energies"
            )
        } else {
            guard let first = energiesEV.first, let last = energiesEV.last,
                Self.unnamedRangeEV.contains(first), Self.unnamedRangeEV.contains(last)
            else {
                throw SpectrumFileError(
                    file: cursor.file, line: firstLine,
                    reason: "the energies reach from \(energiesEV[0]) to \(energiesEV[energiesEV.count - 1]), and no "
                        + "header says whether they are binding or kinetic energies in eV; name the column")
            }
            kind = .binding
            notices.append("no header names the energies; they are taken for binding energies in eV")
        }
        var ordinate = columns.ordinate
        if ordinate == nil, intensities.allSatisfy({ $0 >= 0 && $0 == $0.rounded() }) {
            ordinate = .counts
            notices.append("the intensities are whole numbers; they are taken for counts")
        }
        if kind == .kinetic, photonEnergyEV == nil {
            throw SpectrumFileError(
                file: cursor.file, line: firstLine,
                reason: "the energies are kinetic and no photon energy is given; add a line such as "
                    + "\"# photon energy = 1486.6\" or give the option")
        }
        do {
            let axis = EnergyAxis.simplest(kind, energiesEV: energiesEV)
            let settings = try RegionSettings(
                name: name(kind, energiesEV: energiesEV, photonEnergyEV: photonEnergyEV), axis: axis,
                ordinate: ordinate ?? .arbitrary,
                photonEnergyEV: photonEnergyEV, dwellS: header.number(of: ["dwell time", "dwell"]),
                sweeps: header.number(of: ["sweeps", "number of sweeps", "scans", "number of scans"]).flatMap {
                    $0 >= 1 && $0 < 1e9 ? Int($0) : nil
                },
                passEnergyEV: header.number(of: ["pass energy"]))
            return try Region(settings: settings, intensities: intensities)
        } catch {
            throw SpectrumFileError(file: cursor.file, line: firstLine, reason: "\(error)")
        }
    }

    /// The core level that header or file name speak of, where it lies in the window only if the energies are kinetic ones.
    private func kineticName(_ energiesEV: [Double], photonEnergyEV: Double) -> String? {
        guard let low = energiesEV.min(), let high = energiesEV.max() else { return nil }
        let name = header.value(of: ["region", "region name", "spectrum"]) ?? stem(of: cursor.file)
        guard CoreLevelName.inFileName(name, bindingEV: low...high) == nil else { return nil }
        return CoreLevelName.inFileName(name, bindingEV: photonEnergyEV - high...photonEnergyEV - low)
    }

    /// What the header calls the region; else the core level that the file's name or the energies alone speak of; else
    /// the file's name.
    private mutating func name(_ kind: EnergyAxis.Kind, energiesEV: [Double], photonEnergyEV: Double?) -> String {
        if let name = header.value(of: ["region", "region name", "spectrum"]) { return CoreLevelName.canonical(name) }
        let bindingEV = energiesEV.map { kind == .binding ? $0 : (photonEnergyEV ?? 0) - $0 }
        let stem = stem(of: cursor.file)
        guard let low = bindingEV.min(), let high = bindingEV.max() else { return stem }
        if let name = CoreLevelName.inFileName(stem, bindingEV: low...high) { return name }
        guard let name = CoreLevelName.measured(in: low...high) else { return stem }
        notices.append("no header names the region; by its energies it is taken for \(name)")
        return name
    }

    private func stem(of path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return String(name) }
        return String(name[..<dot])
    }
}
