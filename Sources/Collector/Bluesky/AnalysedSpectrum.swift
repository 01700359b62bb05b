import ClusterProtocol
import Foundation

/// A stored spectrum as documents tell of it: what its result line and its job's `meta` hold in numbers and names.
package struct AnalysedSpectrum: Sendable {
    /// One functional group of the result line.
    package struct Group: Sendable, Hashable {
        package var name: String
        /// Nil where the model has none to give.
        package var probability: Double?
        package var call: String
    }

    /// Number in the run, from 1.
    package var n: Int
    package var job: String
    package var seq: Int?
    package var index: Int
    package var model: String
    /// When it was measured, or at least accepted, in seconds since 1970 UTC.
    package var acquiredS: Double
    /// Why it could not be analysed; nil if it was.
    package var error: String?
    /// The numbers of the result line by their keys.
    package private(set) var numbers: [String: Double] = [:]
    package private(set) var groups: [Group] = []
    /// The numbers of the job's `meta`.
    package private(set) var metaNumbers: [String: Double] = [:]
    /// The members of `meta` that say what was measured, and where.
    package private(set) var identity = DocumentObject()
    /// The keys of `meta` along which the run scans, as `meta.dimensions` has them.
    package private(set) var dimensions: [String] = []

    /// The members of `meta` that the start document repeats.
    private static let identityKeys: Set<String> = [
        "sample", "scan", "scan_id", "raw_uid", "proposal", "data_session", "operator", "purpose", "plan_name",
    ]
    /// The most numbers that are taken from one result line or `meta`.
    private static let mostNumbers = 64

    /// Reads a row of the store.
    package init(_ stored: StoredSpectrum, header: String, acceptedMs: Int) {
        n = stored.n
        job = stored.id.job.text
        seq = stored.seq
        index = stored.index
        model = stored.model
        acquiredS = Double(acceptedMs) / 1000
        Self.withMembers(of: stored.row) { for (key, value) in $0.all { take(key, value) } }
        Self.withMembers(of: header) { header in
            guard let meta = try? header.value("meta"), let members = try? meta.object() else { return }
            for (key, value) in members.all { takeMeta(key, value) }
        }
    }

    /// Rows and headers were checked when they came; what cannot be read all the same tells nothing.
    private static func withMembers(of json: String, _ body: (JSONObject) -> Void) {
        var json = json
        json.withUTF8 { utf8 in
            if let object = try? JSONObject(UnsafeRawBufferPointer(utf8), maxBytes: .max) { body(object) }
        }
    }

    private mutating func take(_ key: String, _ value: JSONValue) {
        switch (key, value.kind) {
        case ("groups", .array):
            groups = ((try? value.elements()) ?? []).compactMap(Group.init)
        case ("error", .string): error = try? value.string()
        case (_, .number) where numbers.count < Self.mostNumbers: numbers[key] = try? value.number()
        default: break
        }
    }

    private mutating func takeMeta(_ key: String, _ value: JSONValue) {
        if Self.identityKeys.contains(key) {
            switch value.kind {
            case .string: identity[key] = (try? value.string()).map { .text($0) }
            case .number: identity[key] = (try? value.integer()).map { .integer($0) }
            default: break
            }
        }
        switch (key, value.kind) {
        case ("acquired", .number): acquiredS = (try? value.number()) ?? acquiredS
        case ("acquired", .string): acquiredS = (try? value.string()).flatMap(Self.secondsS) ?? acquiredS
        case ("dimensions", .array): dimensions = (try? value.strings()) ?? []
        case (_, .number) where metaNumbers.count < Self.mostNumbers && !Self.identityKeys.contains(key):
            metaNumbers[key] = try? value.number()
        default: break
        }
    }

    /// Seconds since 1970 of an ISO 8601 time such as `2026-11-22T14:00:00.250Z`.
    private static func secondsS(_ text: String) -> Double? {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
        return (try? Date(text, strategy: style))?.timeIntervalSince1970
    }
}

extension AnalysedSpectrum.Group {
    fileprivate init?(_ value: JSONValue) {
        guard let members = try? value.object(), let name = try? members.value("name")?.string() else { return nil }
        self.name = name
        probability = try? members.value("probability")?.number()
        call = (try? members.value("call")?.string()) ?? ""
    }
}
