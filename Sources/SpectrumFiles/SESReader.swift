import Spectroscopy

/// Reads the text export of Scienta's SES: `[Region n]`, `[Info n]` and `[Data n]` sections, one spectrum a file.
struct SESReader {
    private struct Section {
        var values: [String: String] = [:]
        var energiesEV: [Double] = []
        var intensities: [Double] = []
        var firstLine = 0
        var slices = 1
    }

    private var cursor: LineCursor
    private var sections: [Int: Section] = [:]
    private var notices: [String] = []

    static func read(
        _ bytes: [UInt8], file: String, options: SpectrumFile.Options
    ) throws(SpectrumFileError) -> SpectrumFile {
        var reader = SESReader(cursor: LineCursor(file: file, bytes: bytes))
        try reader.readSections()
        var regions: [Region] = []
        for number in reader.sections.keys.sorted() {
            guard let section = reader.sections[number], !section.energiesEV.isEmpty else { continue }
            regions.append(try reader.makeRegion(section, number: number, options: options))
        }
        guard !regions.isEmpty else {
            throw SpectrumFileError(file: file, reason: "an SES file without a [Data] section; it is cut off")
        }
        let settings = reader.sections.sorted { $0.key < $1.key }
            .reduce(into: [String: String]()) { $0.merge($1.value.values) { first, _ in first } }
        do {
            let spectrum = try Spectrum(
                regions: regions, sample: settings["sample"] ?? "", source: file, blocks: Array(1...regions.count),
                metadata: settings.filter { ["instrument", "location", "date", "time"].contains($0.key) })
            return SpectrumFile(format: .ses, spectra: [spectrum], notices: reader.notices)
        } catch {
            throw SpectrumFileError(file: file, reason: "\(error)")
        }
    }

    private init(cursor: LineCursor) {
        self.cursor = cursor
    }

    private mutating func readSections() throws(SpectrumFileError) {
        var number: Int?
        var isData = false
        while let range = cursor.next() {
            guard let first = range.first else { continue }
            if cursor.bytes[first] == UInt8(ascii: "[") {
                let title = cursor.string(range.dropFirst().dropLast()).split(separator: " ")
                number = title.last.flatMap { Int($0) }
                isData = title.first == "Data"
                cursor.context = "[\(title.joined(separator: " "))]"
            } else if isData, let number {
                try readPoint(range, into: &sections[number, default: Section()])
            } else if let number {
                let line = cursor.string(range)
                guard let split = line.firstIndex(of: "=") else { continue }
                let key = line[..<split].lowercased()
                sections[number, default: Section()].values[key] = String(line[line.index(after: split)...])
            }
        }
        cursor.context = nil
    }

    /// Reads a line of data: the energy, then one intensity for each slice, which are added up.
    private func readPoint(_ range: Range<Int>, into section: inout Section) throws(SpectrumFileError) {
        let row = ColumnSeparator.blanks.numbers(cursor.bytes, range)
        if section.energiesEV.isEmpty {
            section.slices = row.count - 1
            section.firstLine = cursor.line
        }
        guard row.count >= 2, row.count - 1 == section.slices else {
            throw cursor.error(
                "energy and \(max(section.slices, 1)) intensities should be here, but the line is "
                    + cursor.quoted(range))
        }
        section.energiesEV.append(row[0])
        section.intensities.append(row.dropFirst().reduce(0, +))
    }

    private mutating func makeRegion(
        _ section: Section, number: Int, options: SpectrumFile.Options
    ) throws(SpectrumFileError) -> Region {
        let values = section.values
        if let declared = values["dimension 1 size"].flatMap({ Int($0) }), declared != section.energiesEV.count {
            throw SpectrumFileError(
                file: cursor.file, line: section.firstLine,
                reason: "[Data \(number)] should have \(declared) points, but has \(section.energiesEV.count); "
                    + "the file is cut off")
        }
        guard let kind = EnergyKind.named(in: values["dimension 1 name"] ?? values["energy scale"] ?? "") else {
            throw SpectrumFileError(
                file: cursor.file, line: section.firstLine,
                reason: "[Region \(number)] does not say whether its energies are binding or kinetic")
        }
        if section.slices > 1 { notices.append("[Data \(number)]: \(section.slices) slices are added up") }
        do {
            let settings = try RegionSettings(
                name: values["region name"] ?? "Region \(number)",
                axis: .simplest(kind, energiesEV: section.energiesEV),
                photonEnergyEV: values["excitation energy"].flatMap { Double($0) } ?? options.photonEnergyEV,
                sweeps: values["number of sweeps"].flatMap { Int($0) }.flatMap { $0 >= 1 ? $0 : nil },
                passEnergyEV: values["pass energy"].flatMap { Double($0) })
            return try Region(settings: settings, intensities: section.intensities.map { Float($0) })
        } catch {
            throw SpectrumFileError(file: cursor.file, line: section.firstLine, reason: "\(error)")
        }
    }
}
