import Foundation

/// What people are shown of a result line; whoever made it, everything in it may be missing.
struct ResultRow: Decodable {
    struct Group: Decodable {
        var name: String
        var probability: Double?
        var call: String
    }

    var shiftEV: Double?
    var groups: [Group]?
    var recordedEV: [[Double]]?
    var outsideTraining: [String]?
    var familiarity: Double?
    var error: String?

    private enum CodingKeys: String, CodingKey {
        case shiftEV = "shift_eV"
        case groups
        case recordedEV = "recorded_eV"
        case outsideTraining = "outside_training"
        case familiarity, error
    }

    /// Reads a line; one that is not understood is said to be so.
    init(json: String) {
        do {
            self = try JSONDecoder().decode(ResultRow.self, from: Data(json.utf8))
        } catch {
            self.error = "a result of another kind, see --json"
        }
    }

    /// The groups that are there, most probable first, in words.
    var groupsInWords: String {
        if let error { return "failed: \(error)" }
        if recordedEV?.isEmpty == true { return "undetermined: nothing recorded between 40 and 700 eV" }
        let groups = groups ?? []
        let present = groups.filter { $0.call == "present" }.sorted { ($0.probability ?? 0) > ($1.probability ?? 0) }
        if !present.isEmpty {
            return present.map { group in
                group.probability.map { String(format: "%@ %.2f", group.name, $0) } ?? group.name
            }.joined(separator: ", ")
        }
        return groups.contains { $0.call == "absent" } ? "none" : "undetermined"
    }

    /// How many groups would need another core level.
    var undeterminedCount: Int { (groups ?? []).count { $0.call == "undetermined" } }
}
