import Foundation

/// What a client under test has printed: one JSON object a line for each job.
struct ClientReport {
    /// The lines by job.
    private(set) var jobs: [String: [[String: Any]]] = [:]
    /// Lines that are none.
    private(set) var faults: [String] = []

    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            let object = (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
            guard let object, let job = object["job"] as? String else {
                faults.append("a printed line is no report of a job: \(line.prefix(120))")
                continue
            }
            jobs[job, default: []].append(object)
        }
    }

    /// Whether a line says that the job is stored with these rows.
    static func isStored(_ line: [String: Any], rows: [[UInt8]]) -> Bool {
        guard line["state"] as? String == "stored", let printed = line["rows"] as? [Any] else { return false }
        let sent = rows.compactMap { try? JSONSerialization.jsonObject(with: Data($0)) }
        return NSArray(array: printed).isEqual(to: sent)
    }
}
