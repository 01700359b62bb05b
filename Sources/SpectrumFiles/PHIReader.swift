import Spectroscopy

/// Reads PHI MultiPak and SmartSoft files, spectra (.spe) and profiles (.pro): a text header from SOFH to EOFH, then a
/// table of binary blocks.
///
/// Layout as VersaProbe files of SmartSoft 3.3 have it: behind EOFH four 32-bit numbers (groups, blocks, size of the
/// table, place of the table), then for each block 24 numbers, among them the region, points, the steps of the second
/// axis, the units of the three axes and of the values, the number type, size and place of the values.
struct PHIReader {
    private struct Definition {
        var name: String
        var points: Int
        var stepEV: Double
        var startEV: Double
        var dwellS: Double
        var passEnergyEV: Double
        var line: Int
    }

    private struct Block {
        var region: Int
        var points: Int
        /// Steps of the second axis: areas of a spectrum, cycles of a profile.
        var steps: Int
        var axis: String
        var unit: String
        var values: [Float]
        var offset: Int
    }

    private static let mostBlocks = 10_000

    private let header: PHIHeader
    private let reader: ByteReader
    private var notices: [String] = []

    static func read(
        _ bytes: [UInt8], file: String, options: SpectrumFile.Options
    ) throws(SpectrumFileError) -> SpectrumFile {
        var reader = PHIReader(header: try PHIHeader(bytes, file: file), reader: ByteReader(file: file, bytes: bytes))
        let spectra = try reader.spectra(options)
        return SpectrumFile(format: .phi, spectra: spectra, notices: reader.notices)
    }

    private init(header: PHIHeader, reader: ByteReader) {
        self.header = header
        self.reader = reader
    }

    private mutating func spectra(_ options: SpectrumFile.Options) throws(SpectrumFileError) -> [Spectrum] {
        let technique = header.value("Technique") ?? "XPS"
        guard ["XPS", "UPS"].contains(technique) else {
            throw header.error(of: "Technique", "the technique is \(technique), not XPS")
        }
        let type = header.value("FileType") ?? ""
        guard !["MAP", "IMAGE", "SXI"].contains(type) else {
            throw header.error(
                of: "FileType", "the file type \(type) holds images; save spectra of areas of it as .spe")
        }
        let definitions = try definitions()
        let blocks = try blocks().filter { $0.region > 0 }
        var groups = SpectrumGroups()
        for block in blocks {
            guard let definition = definitions[block.region] else {
                throw reader.error(
                    at: block.offset, "a block belongs to region \(block.region), which no SpectralRegDef describes")
            }
            guard definition.points == block.points else {
                throw header.error(
                    line: definition.line,
                    "region \"\(definition.name)\" has \(definition.points) points here, but \(block.points) in its block"
                )
            }
            for step in 0..<block.steps {
                let region = try region(definition, block, step: step, options)
                groups.add(
                    region, key: ["\(step)"], sample: header.sample, block: block.region,
                    metadata: metadata(block, step: step))
            }
        }
        let spectra = try groups.spectra(file: reader.file)
        guard !spectra.isEmpty else {
            throw reader.error(at: header.end, "no block of it is a spectrum of a region")
        }
        return spectra
    }

    private func definitions() throws(SpectrumFileError) -> [Int: Definition] {
        var definitions: [Int: Definition] = [:]
        for (line, value) in header.all("SpectralRegDef") {
            var fields = value.split(separator: " ").map(String.init)
            // The last word says how the region is quantified.
            if let last = fields.last, Double(last) == nil { fields.removeLast() }
            let numbers = fields.suffix(8).compactMap { Double($0) }
            guard fields.count >= 12, numbers.count == 8, let id = Int(fields[0]), numbers[0] >= 2,
                numbers[0] <= Double(EnergyAxis.maximumCount)
            else {
                throw header.error(
                    line: line,
                    "a SpectralRegDef should give points, step, start and end, but is \"\(value.prefix(80))\"")
            }
            // Behind the name stands the atomic number.
            let name = fields[2..<fields.count - 9].joined(separator: " ")
            definitions[id] = Definition(
                name: name.isEmpty ? fields[2] : name, points: Int(numbers[0]), stepEV: numbers[1], startEV: numbers[2],
                dwellS: numbers[6], passEnergyEV: numbers[7], line: line)
        }
        return definitions
    }

    private func blocks() throws(SpectrumFileError) -> [Block] {
        let base = header.end
        let count = try reader.count(at: base + 4, "the number of blocks")
        let tableSize = try reader.count(at: base + 8, "the size of the table of blocks")
        let table = try reader.count(at: base + 12, "the place of the table of blocks")
        guard count > 0, count <= Self.mostBlocks, tableSize % count == 0, tableSize / count >= 84 else {
            throw reader.error(at: base + 4, "\(count) blocks in a table of \(tableSize) bytes; the file is damaged")
        }
        _ = try reader.part(at: base + table, size: tableSize, "the table of blocks")
        var blocks: [Block] = []
        for index in 0..<count {
            let start = base + table + index * (tableSize / count)
            func number(_ word: Int) -> Int { Int(reader.value(UInt32.self, at: start + 4 * word)) }
            func text(_ word: Int, _ words: Int) -> String {
                reader.text(start + 4 * word..<start + 4 * (word + words))
            }
            // Blocks of results (areas of peaks, times) belong to no region.
            guard number(3) > 0, text(8, 2) == "pnt" else { continue }
            let (points, steps, third) = (number(5), max(number(6), 1), max(number(7), 1))
            guard points <= EnergyAxis.maximumCount, steps <= 1 << 20, third <= 1 << 20 else {
                throw reader.error(
                    at: start, "block \(index + 1) declares \(points) × \(steps) × \(third) values; it is damaged")
            }
            let type = text(18, 1)
            guard let size = ["f4": 4, "f8": 8][type] else {
                throw reader.error(
                    at: start + 72, "block \(index + 1) holds numbers of type \"\(type)\"; f4 and f8 are known")
            }
            guard third == 1 else {
                throw reader.error(
                    at: start + 28, "block \(index + 1) has a third axis of \(third) steps; save its spectra one by one"
                )
            }
            let part = try reader.part(
                at: base + number(20), size: number(19), "the values of block \(index + 1)")
            guard part.count == points * steps * size else {
                throw reader.error(
                    at: start + 76,
                    "block \(index + 1) declares \(points) × \(steps) values of \(size) bytes and \(part.count) bytes")
            }
            let values = (0..<points * steps).map { value in
                let offset = part.lowerBound + value * size
                return size == 4
                    ? Float(bitPattern: reader.value(UInt32.self, at: offset))
                    : Float(Double(bitPattern: reader.value(UInt64.self, at: offset)))
            }
            blocks.append(
                Block(
                    region: number(3), points: points, steps: steps, axis: text(10, 2), unit: text(14, 4),
                    values: values, offset: start))
        }
        return blocks
    }

    private func region(
        _ definition: Definition, _ block: Block, step: Int, _ options: SpectrumFile.Options
    ) throws(SpectrumFileError) -> Region {
        let unit = block.unit.split(separator: " ").first.map(String.init) ?? ""
        do {
            let settings = try RegionSettings(
                name: CoreLevelName.canonical(definition.name),
                axis: .uniform(startEV: definition.startEV, stepEV: definition.stepEV, count: definition.points),
                ordinate: unit == "c/s" ? .countsPerSecond : unit == "c" ? .counts : .arbitrary,
                photonEnergyEV: header.photonEnergyEV ?? options.photonEnergyEV,
                dwellS: definition.dwellS > 0 ? definition.dwellS : nil,
                passEnergyEV: definition.passEnergyEV > 0 ? definition.passEnergyEV : nil)
            let first = step * definition.points
            return try Region(settings: settings, intensities: Array(block.values[first..<first + definition.points]))
        } catch {
            throw header.error(line: definition.line, "\(error)")
        }
    }

    private func metadata(_ block: Block, step: Int) -> [String: String] {
        var metadata = header.metadata
        if block.steps > 1 { metadata[block.axis == "cyc" ? "cycle" : "area"] = "\(step)" }
        return metadata
    }
}
