import Foundation

/// What people are shown of a result line; whoever made it, everything in it may be missing.
struct ResultRow: Decodable {
    struct Group: Decodable {
        var name: String
        var probability: Double?
        var call: String
        var reason: String?

        /// Its name and probability, with a question mark if more likely there than not but undetermined.
        var words: String {
            let words = probability.map { String(format: "%@ %.2f", name, $0) } ?? name
            return call == "present" ? words : words + "?"
        }
    }

    struct LoneChannel: Decodable {
        var region: String
        var energyEV: Double

        private enum CodingKeys: String, CodingKey {
            case region
            case energyEV = "energy_eV"
        }
    }

    var shiftEV: Double?
    var shiftSigmaEV: Double?
    var groups: [Group]?
    var recordedEV: [[Double]]?
    var outsideTraining: [String]?
    var departures: [String]?
    var familiarity: Double?
    var loneChannels: [LoneChannel]?
    var error: String?

    private enum CodingKeys: String, CodingKey {
        case shiftEV = "shift_eV"
        case shiftSigmaEV = "shift_sigma_eV"
        case groups
        case recordedEV = "recorded_eV"
        case outsideTraining = "outside_training"
        case departures = "outside_range"
        case loneChannels = "lone_channels"
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

    /// The groups that are there and those that may be, most probable first, in words.
    var groupsInWords: String {
        if let error { return "failed: \(error)" }
        let groups = groups ?? []
        let undetermined = groups.filter { $0.call == "undetermined" }
        if let reason = undetermined.first(where: { $0.probability == nil })?.reason {
            return "undetermined: \(reason)"
        }
        let present = groups.filter { $0.call == "present" }
        let likely = undetermined.filter { ($0.probability ?? 0) >= 0.5 }
        guard present.isEmpty, likely.isEmpty else {
            return [present, likely].flatMap { groups in
                groups.sorted { ($0.probability ?? 0) > ($1.probability ?? 0) }.map(\.words)
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

    /// What of C 1s was recorded.
    enum Carbon {
        /// Aliphatic C 1s (285 eV), or nothing was recorded at all.
        case recorded
        /// Some of C 1s, but not where the shift would put aliphatic carbon.
        case missed
        /// Nothing of it.
        case none
    }

    /// What of C 1s was recorded, as far as the shift tells.
    var carbon: Carbon {
        let ranges = (recordedEV ?? []).filter { $0.count == 2 }
        let carbonEV = 285 + (shiftEV ?? 0)
        if ranges.isEmpty || ranges.contains(where: { $0[0] <= carbonEV && carbonEV <= $0[1] }) { return .recorded }
        return ranges.contains { min($0[1], 292) - max($0[0], 280) >= 1 } ? .missed : .none
    }

    /// Whether the model was asked at all.
    var wasAsked: Bool { (groups ?? []).contains { $0.probability != nil } }

    /// How many groups would need another core level.
    var undeterminedCount: Int { (groups ?? []).count { $0.call == "undetermined" } }
}
