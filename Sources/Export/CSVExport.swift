/// Results as a table: a line for each spectrum, a probability and a call for each group (RFC 4180, UTF-8).
///
/// Run, job, sample and scan stand in front of each line, and the user's own object at its end, so that tables of other
/// measurements of the same sample can be joined to it. Values beyond the reach of the table are empty.
public struct CSVExport: Sendable {
    private static let fixed = [
        "run", "job", "seq", "index", "sample", "sample_id", "scan_id", "acquired", "source", "block", "shift_eV",
        "shift_sigma_eV", "reference_line", "reference_eV", "familiarity", "recorded_eV", "present", "model", "error",
    ]

    private let groups: [String]
    private let links: [String]

    /// A table with columns for these groups and members of the user's object, which all its spectra share.
    public init(groups: [String], links: [String]) {
        self.groups = groups
        self.links = links.filter { !Self.fixed.contains($0) }
    }

    /// The line of names.
    public var heading: String {
        let columns =
            Self.fixed + groups.flatMap { ["p_\($0)", "call_\($0)"] } + links.map { "meta_\($0)" } + ["meta"]
        return Self.line(columns)
    }

    /// A spectrum's line.
    public func line(_ exported: ExportedSpectrum) -> String {
        let analysis = exported.analysis
        let recorded = (analysis.recordedEV ?? []).compactMap { range in
            range.count == 2 ? "\(range[0])-\(range[1])" : nil
        }
        var fields = [
            exported.run, exported.job, exported.seq.map { "\($0)" } ?? "", "\(exported.index)", exported.sample,
            exported.sampleID, exported.scanID, exported.acquired, exported.source, exported.block,
            Self.number(analysis.shiftEV), Self.number(analysis.shiftSigmaEV), analysis.reference?.line ?? "",
            Self.number(analysis.reference?.energyEV), Self.number(analysis.familiarity),
            recorded.joined(separator: ";"), analysis.present.map(\.name).joined(separator: ";"),
            analysis.model ?? "", analysis.error ?? "",
        ]
        let said = Dictionary((analysis.groups ?? []).map { ($0.name, $0) }) { first, _ in first }
        for group in groups { fields += [Self.number(said[group]?.probability), said[group]?.call ?? ""] }
        let values = exported.links
        fields += links.map { values[$0] ?? "" }
        fields.append(exported.meta ?? "")
        return Self.line(fields)
    }

    private static func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

    private static func line(_ fields: [String]) -> String {
        fields.map(quoted).joined(separator: ",") + "\r\n"
    }

    /// A field, in quotes where it needs them.
    private static func quoted(_ field: String) -> String {
        let needs = field.unicodeScalars.contains { ",\"\r\n;".unicodeScalars.contains($0) }
        return needs ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
    }
}
