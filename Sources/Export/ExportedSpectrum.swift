import Foundation
public import Spectroscopy

/// One stored spectrum with its result and everything that other measurements of the sample can be found by.
public struct ExportedSpectrum: Sendable {
    /// The run: a scan, a sample.
    public var run: String
    /// The job in the run.
    public var job: String
    /// The job's number in the run.
    public var seq: Int?
    /// Position in the job's stack.
    public var index: Int
    /// The result.
    public var analysis: AnalysisRecord
    /// The user's own object, as it came with the job: one JSON object.
    public var meta: String?
    /// What was measured, as it came; nil where the store keeps it no longer.
    public var spectrum: Spectrum?

    /// Creates one.
    public init(
        run: String, job: String, seq: Int?, index: Int, analysis: AnalysisRecord, meta: String?, spectrum: Spectrum?
    ) {
        (self.run, self.job, self.seq, self.index) = (run, job, seq, index)
        (self.analysis, self.meta, self.spectrum) = (analysis, meta, spectrum)
    }

    /// The members of ``meta`` that are texts, numbers or truth values.
    public var links: [String: String] {
        guard let meta, let object = try? JSONSerialization.jsonObject(with: Data(meta.utf8)) as? [String: Any] else {
            return [:]
        }
        return object.compactMapValues { value in
            switch value {
            case let text as String: text
            case let number as NSNumber: number.stringValue
            default: nil
            }
        }
    }

    /// The first of the names that the user's object has.
    func link(_ names: String...) -> String? {
        let links = links
        return names.lazy.compactMap { links[$0] }.first { !$0.isEmpty }
    }

    /// The sample's name.
    public var sample: String { link("sample", "sample_name", "sample_id") ?? "" }
    /// The sample's identifier, where it has one beside its name.
    public var sampleID: String { link("sample_id", "sample_uid", "sample_pid", "platen") ?? "" }
    /// The scan's identifier in the acquisition: Bluesky's uid or scan number, or the instrument's.
    public var scanID: String {
        link("scan_id", "scan", "scan_uid", "raw_uid", "uid", "scan_number", "spectrum_id") ?? ""
    }
    /// When it was recorded.
    public var acquired: String { link("acquired", "time", "start_time") ?? "" }
    /// The file it came from.
    public var source: String { link("source", "file") ?? "" }
    /// Its block in the file.
    public var block: String { link("block") ?? "" }

    /// What it is called where names must be unique in a file.
    public var identifier: String { "\(run)/\(job)" + (index > 0 ? "[\(index)]" : "") }
}
