import Spectroscopy

/// Reads VAMAS files (ISO 14976): blocks of one sample and one set of experimental variables become one spectrum.
struct VAMASReader {
    private let file: String
    private let header: VAMASHeader
    private var groups = SpectrumGroups()
    private var notices: [String] = []
    /// Why the first skipped block was skipped, for a file of which nothing is left.
    private var firstSkip: String?
    private var countBlocks = 0
    private var uncountedBlocks = 0

    /// Reads a whole file.
    static func read(_ bytes: [UInt8], file: String) throws(SpectrumFileError) -> SpectrumFile {
        var cursor = LineCursor(file: file, bytes: bytes)
        var reader = VAMASReader(file: file, header: try VAMASHeader(&cursor))
        try reader.readBlocks(&cursor)
        return try reader.finish(cursor)
    }

    private init(file: String, header: VAMASHeader) {
        self.file = file
        self.header = header
    }

    private mutating func readBlocks(_ cursor: inout LineCursor) throws(SpectrumFileError) {
        guard header.blockCount > 0 else { throw cursor.error("the file declares no blocks") }
        var first: VAMASBlock?
        for number in 1...header.blockCount {
            let block = try VAMASBlock.read(
                &cursor, number: number, header: header, first: first, notices: &notices)
            if first == nil { first = block }
            try take(block, cursor)
        }
        cursor.context = nil
    }

    private mutating func take(_ block: VAMASBlock, _ cursor: LineCursor) throws(SpectrumFileError) {
        let region: Region
        do {
            switch try VAMASRegion.make(from: block, header: header, notices: &notices) {
            case .region(let made): region = made
            case .skip(let reason):
                let notice = "block \(block.number) (\(block.identifier)) is skipped: \(reason)"
                notices.append(notice)
                firstSkip = firstSkip ?? notice
                return
            }
        } catch {
            throw SpectrumFileError(
                file: file, line: block.firstValueLine, reason: "block \(block.number): \(error)")
        }
        if region.settings.ordinate == .counts {
            countBlocks += 1
            if region.intensities.contains(where: { $0 != $0.rounded() }) { uncountedBlocks += 1 }
        }
        groups.add(
            region, key: [block.sample] + conditions(of: block) + block.coordinates.map { "\($0)" },
            sample: block.sample, block: block.number, metadata: metadata(block))
    }

    /// The values of the experimental variables, without one that only counts the blocks (Kratos's `Index`): it would
    /// make every region a spectrum of its own.
    private func conditions(of block: VAMASBlock) -> [String] {
        zip(header.variables, block.variableValues)
            .filter { label, value in label.lowercased() != "index" || value != "\(block.number)" }
            .map(\.1)
    }

    private func metadata(_ block: VAMASBlock) -> [String: String] {
        var metadata = ["technique": block.technique]
        for (label, value) in zip(header.variables, block.variableValues) { metadata[label] = value }
        if block.coordinates.count == 2 {
            metadata["x"] = "\(block.coordinates[0])"
            metadata["y"] = "\(block.coordinates[1])"
        }
        for (key, value) in [
            ("institution", header.institution), ("instrument", header.instrument), ("experiment", header.experiment),
            ("source", block.sourceLabel), ("acquired", block.acquired ?? ""),
        ] where !value.isEmpty && value.lowercased() != "not specified" {
            metadata[key] = value
        }
        return metadata
    }

    private mutating func finish(_ end: LineCursor) throws(SpectrumFileError) -> SpectrumFile {
        var cursor = end
        while let range = cursor.next() {
            if range.isEmpty || cursor.string(range).lowercased() == "end of experiment" { continue }
            notices.append(
                "line \(cursor.line): the file goes on behind the \(header.blockCount) blocks that it declares; what "
                    + "follows is not read")
            break
        }
        if uncountedBlocks > 0 {
            notices.append(
                "\(uncountedBlocks) of \(countBlocks) blocks of counts hold fractions: other software has averaged or "
                    + "divided them, so their noise is not that of counting")
        }
        let spectra = try groups.spectra(file: file)
        guard !spectra.isEmpty else {
            throw SpectrumFileError(file: file, reason: "no spectrum in it; \(firstSkip ?? "it has no blocks")")
        }
        return SpectrumFile(format: .vamas, spectra: spectra, notices: notices)
    }
}

extension VAMASBlock {
    /// When the block was recorded, as `2026-11-22T14:00:00`; nil where it is not given.
    fileprivate var acquired: String? {
        let items = date.prefix(6)
        let limits: [ClosedRange<Double>] = [1900...9999, 1...12, 1...31, 0...23, 0...59, 0...60]
        guard items.count == 6, zip(limits, items).allSatisfy({ $0.contains($1) }) else { return nil }
        let text = items.map { item in item < 10 ? "0\(Int(item))" : "\(Int(item))" }
        return "\(text[0])-\(text[1])-\(text[2])T\(text[3]):\(text[4]):\(text[5])"
    }
}
