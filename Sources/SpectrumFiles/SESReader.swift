import Spectroscopy

/// Reads the text export of Scienta's SES: `[Region n]`, `[Info n]` and `[Data n]` sections.
///
/// Slices of a detector are added up. Regions are one spectrum; a region that was repeated (`[Data n:step]`) gives a
/// spectrum for each step.
struct SESReader {
    private struct Data {
        var energiesEV: [Double] = []
        var intensities: [Double] = []
        var firstLine = 0
        var slices = 1
    }

    private struct Section {
        var values: [String: String] = [:]
        var data: [Int: Data] = [:]
        var lastLine = 1
    }

    private var cursor: LineCursor
    private var sections: [Int: Section] = [:]
    private var notices: [String] = []

    static func read(
        _ bytes: [UInt8], file: String, options: SpectrumFile.Options
    ) throws(SpectrumFileError) -> SpectrumFile {
        var reader = SESReader(cursor: LineCursor(file: file, bytes: bytes))
        try reader.readSections()
        var groups = SpectrumGroups()
        let settings = reader.sections.sorted { $0.key < $1.key }
            .reduce(into: [String: String]()) { $0.merge($1.value.values) { first, _ in first } }
        let note = SESNote(settings)
        var block = 0
        for (number, section) in reader.sections.sorted(by: { $0.key < $1.key }) {
            for (step, data) in section.data.sorted(by: { $0.key < $1.key }) where !data.energiesEV.isEmpty {
                block += 1
                var metadata = note.metadata
                if section.data.count > 1 { metadata["step"] = "\(step)" }
                groups.add(
                    try reader.makeRegion(section, data, number: number, options: options), key: ["\(step)"],
                    sample: note.value("sample") ?? "", block: block, metadata: metadata)
            }
        }
        let spectra = try groups.spectra(file: file)
        guard !spectra.isEmpty else {
            throw reader.cursor.error("an SES file without a [Data] section up to here; it is cut off")
        }
        return SpectrumFile(format: .ses, spectra: spectra, notices: reader.notices)
    }

    private init(cursor: LineCursor) {
        self.cursor = cursor
    }

    private mutating func readSections() throws(SpectrumFileError) {
        var number: Int?
        var step = 1
        var isData = false
        while let range = cursor.next() {
            guard let first = range.first else { continue }
            if cursor.bytes[first] == UInt8(ascii: "[") {
                let title = cursor.string(range.dropFirst().dropLast()).split(separator: " ")
                let place = (title.last ?? "").split(separator: ":").map { Int($0) }
                number = place.first.flatMap(\.self)
                step = place.count > 1 ? place[1] ?? 1 : 1
                isData = title.first == "Data"
                cursor.context = "[\(title.joined(separator: " "))]"
            } else if isData, let number {
                try readPoint(range, into: &sections[number, default: Section()].data[step, default: Data()])
            } else if let number {
                let line = cursor.string(range)
                guard let split = line.firstIndex(of: "=") else { continue }
                let key = line[..<split].lowercased()
                sections[number, default: Section()].values[key] = String(line[line.index(after: split)...])
                sections[number]?.lastLine = cursor.line
            }
        }
        cursor.context = nil
    }

    /// Reads a line of data: the energy, then one intensity for each slice, which are added up.
    private func readPoint(_ range: Range<Int>, into data: inout Data) throws(SpectrumFileError) {
        let row = ColumnSeparator.blanks.numbers(cursor.bytes, range)
        if data.energiesEV.isEmpty {
            data.slices = row.count - 1
            data.firstLine = cursor.line
        }
        guard row.count >= 2, row.count - 1 == data.slices else {
            throw cursor.error(
                "energy and \(max(data.slices, 1)) intensities should be here, but the line is \(cursor.quoted(range))")
        }
        data.energiesEV.append(row[0])
        data.intensities.append(row.dropFirst().reduce(0, +))
    }

    private mutating func makeRegion(
        _ section: Section, _ data: Data, number: Int, options: SpectrumFile.Options
    ) throws(SpectrumFileError) -> Region {
        let values = section.values
        if let declared = values["dimension 1 size"].flatMap({ Int($0) }), declared != data.energiesEV.count {
            throw SpectrumFileError(
                file: cursor.file, line: data.firstLine,
                reason: "[Data \(number)] should have \(declared) points, but has \(data.energiesEV.count); "
                    + "the file is cut off")
        }
        guard let kind = EnergyKind.named(in: values["dimension 1 name"] ?? values["energy scale"] ?? "") else {
            throw SpectrumFileError(
                file: cursor.file, line: data.firstLine,
                reason: "[Region \(number)] does not say whether its energies are binding or kinetic")
        }
        if data.slices > 1 {
            let notice = "[Data \(number)]: \(data.slices) slices are added up"
            if !notices.contains(notice) { notices.append(notice) }
        }
        let note = SESNote(values)
        do {
            let settings = try RegionSettings(
                name: CoreLevelName.canonical(note.value("region name") ?? "Region \(number)"),
                axis: .simplest(kind, energiesEV: data.energiesEV),
                photonEnergyEV: note.positive("excitation energy") ?? options.photonEnergyEV, dwellS: note.dwellS,
                sweeps: note.sweeps, passEnergyEV: note.positive("pass energy"))
            return try Region(settings: settings, intensities: data.intensities.map { Float($0) })
        } catch {
            throw SpectrumFileError(file: cursor.file, line: data.firstLine, reason: "\(error)")
        }
    }
}
