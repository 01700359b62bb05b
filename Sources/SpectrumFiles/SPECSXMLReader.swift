import Spectroscopy

/// Reads SPECS SpecsLab's XML (serializer 1.x): groups of regions, each with cycles of scans of raw channel counts.
///
/// Channels are put on the energies that they really saw, and the scans of a cycle are added; every cycle is a spectrum
/// of its own, every group a sample.
struct SPECSXMLReader {
    private var cursor: XMLCursor
    private var notices: [String] = []
    private var groups = SpectrumGroups()
    private var regionCount = 0

    static func read(
        _ bytes: [UInt8], file: String, options: SpectrumFile.Options
    ) throws(SpectrumFileError) -> SpectrumFile {
        var reader = SPECSXMLReader(cursor: XMLCursor(file: file, bytes: bytes))
        try reader.readGroups(options)
        let spectra = try reader.groups.spectra(file: file)
        guard !spectra.isEmpty else {
            throw reader.cursor.error(
                "no region with counts up to here\(reader.notices.first.map { "; \($0)" } ?? "")")
        }
        return SpectrumFile(format: .specsXML, spectra: spectra, notices: reader.notices)
    }

    private init(cursor: XMLCursor) {
        self.cursor = cursor
    }

    private mutating func readGroups(_ options: SpectrumFile.Options) throws(SpectrumFileError) {
        // Names are known when the group's structure has them: the first name inside a group is the group's.
        var group = ""
        var awaitsName = false
        while let token = try cursor.next() {
            guard case .open(let name, let attributes) = token else { continue }
            switch attributes["type_name"] {
            case "RegionGroup":
                group = ""
                awaitsName = true
            case "RegionData":
                awaitsName = false
                regionCount += 1
                let region = try SPECSXMLRegion(&cursor, number: regionCount)
                try add(region, group: group, options)
            default:
                if awaitsName, name == "string", attributes["name"] == "name" {
                    group = try cursor.content()
                    awaitsName = false
                }
            }
        }
    }

    private mutating func add(
        _ region: SPECSXMLRegion, group: String, _ options: SpectrumFile.Options
    ) throws(SpectrumFileError) {
        if let reason = region.skipReason {
            notices.append("line \(region.line): region \"\(region.name)\" is skipped: \(reason)")
            return
        }
        for (number, cycle) in region.cycles.enumerated() {
            var metadata: [String: String] = [:]
            if region.cycles.count > 1 { metadata["cycle"] = "\(number)" }
            if let time = cycle.timeS { metadata["acquired"] = UnixTime.iso8601(time) }
            for key in ["analyzer_lens", "analyzer_slit", "analysis_method"] {
                if let value = region.texts[key], !value.isEmpty { metadata[key] = value }
            }
            groups.add(
                try region.region(cycle, file: cursor.file, options: options, notices: &notices),
                key: [group, "\(number)"], sample: group, block: region.number, metadata: metadata)
        }
    }
}
