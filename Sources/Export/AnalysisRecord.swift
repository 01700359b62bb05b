import Foundation

/// What an export takes from a stored result line; whoever wrote it, everything may be missing.
public struct AnalysisRecord: Sendable, Decodable {
    /// A functional group and what is said of it.
    public struct Group: Sendable, Decodable {
        /// The group's name.
        public var name: String
        /// Calibrated probability.
        public var probability: Double?
        /// present, absent, undetermined, not covered.
        public var call: String?
    }

    /// The line that the shift refers to.
    public struct Reference: Sendable, Decodable {
        /// Such as `C 1s aliphatic`.
        public var line: String?
        /// Where it lies when the shift is zero.
        public var energyEV: Double?

        private enum CodingKeys: String, CodingKey {
            case line
            case energyEV = "energy_eV"
        }
    }

    /// The energy offset: corrected = measured - shift.
    public var shiftEV: Double?
    /// Its standard deviation.
    public var shiftSigmaEV: Double?
    /// What it refers to.
    public var reference: Reference?
    /// The groups, in the model's order.
    public var groups: [Group]?
    /// How familiar the spectrum is to the model.
    public var familiarity: Double?
    /// What was recorded.
    public var recordedEV: [[Double]]?
    /// Which model answered.
    public var model: String?
    /// Why there is no analysis.
    public var error: String?

    private enum CodingKeys: String, CodingKey {
        case shiftEV = "shift_eV"
        case shiftSigmaEV = "shift_sigma_eV"
        case recordedEV = "recorded_eV"
        case reference, groups, familiarity, model, error
    }

    /// Reads a result line.
    public init(json: String) {
        do {
            self = try JSONDecoder().decode(AnalysisRecord.self, from: Data(json.utf8))
        } catch {
            self.error = "a result of another kind"
        }
    }

    /// The groups that are there, most probable first.
    public var present: [Group] {
        (groups ?? []).filter { $0.call == "present" }.sorted { ($0.probability ?? 0) > ($1.probability ?? 0) }
    }
}
