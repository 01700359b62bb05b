import Spectroscopy

/// Reads the .xy export of SPECS Prodigy: `#` lines of settings, and behind each `ColumnLabels` the points of a scan.
///
/// The scans of a region are put together: counts are added, rates averaged. Regions of one group and one cycle are one
/// spectrum.
struct SPECSReader {
    /// The scans of one region, put together.
    private struct Recording {
        var values: [String: String]
        var group: String
        var number: Int
        var cycle = 0
        var transmission: [Double] = []
        var energiesEV: [Double] = []
        var intensities: [Double] = []
        var scans = 0
        var firstLine = 0
    }

    /// One scan: its points, and the transmission where the export has it.
    private struct Scan {
        var energiesEV: [Double] = []
        var intensities: [Double] = []
        var transmission: [Double] = []
        var firstLine = 0
    }

    private static let spectrumLabel = "energy"

    private var cursor: LineCursor
    private var values: [String: String] = [:]
    private var group = ""
    private var recordings: [Recording] = []
    private var labels: [String]?
    private var scan = Scan()
    private var cycle = 0
    private var skipped: [String] = []

    static func read(
        _ bytes: [UInt8], file: String, options: SpectrumFile.Options
    ) throws(SpectrumFileError) -> SpectrumFile {
        var reader = SPECSReader(cursor: LineCursor(file: file, bytes: bytes))
        try reader.readLines()
        var groups = SpectrumGroups()
        for recording in reader.recordings where recording.scans > 0 {
            let region = try reader.makeRegion(recording, options: options)
            var metadata = recording.values["acquisition date"].map { ["acquired": $0] } ?? [:]
            if reader.recordings.contains(where: { $0.number == recording.number && $0.cycle != recording.cycle }) {
                metadata["cycle"] = "\(recording.cycle)"
            }
            for key in ["spectrum id", "analyzer lens", "analysis method", "comment"] {
                metadata[key.replacing(" ", with: "_")] = recording.values[key]
            }
            groups.add(
                region, key: [recording.group, "\(recording.cycle)"], sample: recording.group, block: recording.number,
                metadata: metadata)
        }
        let spectra = try groups.spectra(file: file)
        guard !spectra.isEmpty else {
            throw SpectrumFileError(
                file: file, line: reader.cursor.line,
                reason: "no energy spectrum up to here; \(reader.skipped.first ?? "it has no ColumnLabels line")")
        }
        return SpectrumFile(format: .specs, spectra: spectra, notices: reader.skipped)
    }

    private init(cursor: LineCursor) {
        self.cursor = cursor
    }

    private mutating func readLines() throws(SpectrumFileError) {
        while let range = cursor.next() {
            guard let first = range.first else { continue }
            if cursor.bytes[first] == UInt8(ascii: "#") {
                try endScan()
                readSetting(cursor.string(range.dropFirst()))
            } else if let labels, labels.first == Self.spectrumLabel {
                let row = ColumnSeparator.blanks.numbers(cursor.bytes, range)
                guard row.count >= 2 else {
                    throw cursor.error("energy and intensity should be here, but the line is \(cursor.quoted(range))")
                }
                if scan.energiesEV.isEmpty { scan.firstLine = cursor.line }
                scan.energiesEV.append(row[0])
                scan.intensities.append(row[1])
                if let column = labels.firstIndex(where: { $0.contains("transmission") }), column < row.count {
                    scan.transmission.append(row[column])
                }
            }
        }
        try endScan()
    }

    private mutating func readSetting(_ line: String) {
        guard let split = line.firstIndex(of: ":") else { return }
        let key = line[..<split].split(separator: " ").joined(separator: " ").lowercased()
        let value = line[line.index(after: split)...].split(separator: " ").joined(separator: " ")
        switch key {
        case "group":
            group = value
        case "region":
            values = values.filter { Self.fileSettings.contains($0.key) }
            values["region"] = value
            cycle = 0
            recordings.append(Recording(values: values, group: group, number: (recordings.last?.number ?? 0) + 1))
        case "columnlabels":
            labels = value.lowercased().split(separator: " ").map(String.init)
            if labels?.first != Self.spectrumLabel {
                skipped.append(
                    "line \(cursor.line): region \"\(values["region"] ?? "")\" is skipped: its columns are \(value), "
                        + "not an energy and an intensity")
            }
        default:
            labels = key.hasPrefix("cycle") || key.contains("external channel") ? nil : labels
            if key == "cycle" { cycle = Int(value.prefix { $0.isNumber }) ?? cycle }
            values[key] = value
            if let last = recordings.indices.last, recordings[last].scans == 0 { recordings[last].values[key] = value }
        }
    }

    /// Adds the scan that has been read to its region.
    private mutating func endScan() throws(SpectrumFileError) {
        guard !scan.energiesEV.isEmpty, let last = recordings.indices.last else { return }
        defer { scan = Scan() }
        if recordings[last].scans > 0, recordings[last].cycle != cycle {
            recordings.append(
                Recording(values: values, group: recordings[last].group, number: recordings[last].number))
        }
        let index = recordings.count - 1
        if recordings[index].scans == 0 {
            recordings[index].cycle = cycle
            recordings[index].energiesEV = scan.energiesEV
            recordings[index].intensities = scan.intensities
            recordings[index].transmission = scan.transmission
            recordings[index].firstLine = scan.firstLine
        } else {
            guard recordings[index].energiesEV == scan.energiesEV else {
                throw SpectrumFileError(
                    file: cursor.file, line: scan.firstLine,
                    reason: "this scan of region \"\(recordings[index].values["region"] ?? "")\" has other energies "
                        + "than its first; export the regions one by one")
            }
            for point in scan.intensities.indices { recordings[index].intensities[point] += scan.intensities[point] }
        }
        recordings[index].scans += 1
        labels = nil
    }

    private func makeRegion(
        _ recording: Recording, options: SpectrumFile.Options
    ) throws(SpectrumFileError) -> Region {
        let values = recording.values
        guard let kind = EnergyKind.named(in: values["energy axis"] ?? "") else {
            throw SpectrumFileError(
                file: cursor.file, line: recording.firstLine,
                reason: "no \"Energy Axis\" line says whether energies are binding or kinetic")
        }
        let isRate = OrdinateKind.named(in: values["count rate"] ?? "") == .countsPerSecond
        let scans = Double(recording.scans)
        let note = SESNote(values)
        // Scans that were put together before the export are counted in the file alone.
        let isJoined = values["separate scan data"] == "no"
        let joined = isJoined ? note.positive("number of scans").flatMap { $0 < 1e6 ? Int($0) : nil } ?? 1 : 1
        let transmission = recording.transmission.map { Float($0) }
        let isTransmission =
            transmission.count == recording.energiesEV.count
            && transmission.allSatisfy { $0.isFinite && $0 >= RegionSettings.lowestTransmission }
        do {
            let settings = try RegionSettings(
                name: CoreLevelName.canonical(values["region"] ?? "Region \(recording.number)"),
                axis: .simplest(kind, energiesEV: recording.energiesEV),
                ordinate: isRate ? .countsPerSecond : .counts,
                photonEnergyEV: note.positive("excitation energy") ?? options.photonEnergyEV,
                dwellS: note.positive("dwell time"), sweeps: recording.scans * joined,
                passEnergyEV: note.positive("pass energy"), transmission: isTransmission ? transmission : nil)
            return try Region(
                settings: settings, intensities: recording.intensities.map { Float(isRate ? $0 / scans : $0) })
        } catch {
            throw SpectrumFileError(file: cursor.file, line: recording.firstLine, reason: "\(error)")
        }
    }

    private static let fileSettings: Set<String> = [
        "energy axis", "count rate", "transmission function", "separate scan data",
    ]
}
