import Foundation

/// What people are shown of a result line; whoever made it, everything in it may be missing.
struct ResultRow: Decodable {
    struct Group: Decodable {
        var name: String
        var probability: Double?
        var call: String
    }

    var shiftEV: Double?
    var shiftSigmaEV: Double?
    var groups: [Group]?
    var recordedEV: [[Double]]?
    var outsideTraining: [String]?
    var familiarity: Double?
    var error: String?

    private enum CodingKeys: String, CodingKey {
        case shiftEV = "shift_eV"
        case shiftSigmaEV = "shift_sigma_eV"
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

    /// The shift and its sigma in eV, in 14 places.
    var shiftInWords: String {
        guard let shiftEV else { return "     ?        " }
        // No minus zero.
        let shift = String(format: "%+6.2f", (shiftEV * 100).rounded() / 100 + 0)
        return shift + (shiftSigmaEV.map { String(format: " ± %-5.2f", $0) } ?? "        ")
    }

    /// Whether something was recorded, but not where aliphatic C 1s (285 eV) would lie.
    var lacksCarbon: Bool {
        guard let recordedEV, !recordedEV.isEmpty else { return false }
        let carbonEV = 285 + (shiftEV ?? 0)
        return !recordedEV.contains { $0.count == 2 && $0[0] <= carbonEV && carbonEV <= $0[1] }
    }

    /// How many groups would need another core level.
    var undeterminedCount: Int { (groups ?? []).count { $0.call == "undetermined" } }
}
