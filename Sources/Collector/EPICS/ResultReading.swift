import ClusterProtocol

/// What the variables show of a result line; whoever made it, everything in it may be missing.
struct ResultReading {
    struct Group {
        var name: String
        var probability: Double?
        var call: String?
    }

    /// More groups than any model has are not looked at.
    static let maxGroups = 128

    var shiftEV: Double?
    var shiftSigmaEV: Double?
    var familiarity: Double?
    var referenceLine: String?
    var referenceEV: Double?
    var model: String?
    var error: String?
    var groups: [Group] = []

    /// Reads a line; what is not understood is left out.
    init(row: [UInt8]) {
        row.withUnsafeBytes { bytes in
            guard let object = try? JSONObject(bytes, maxBytes: .max) else {
                error = "the result line is not understood"
                return
            }
            read(object)
        }
    }

    /// Names of the groups that are there, the most probable first.
    var present: [String] {
        groups.filter { $0.call == "present" }.sorted { ($0.probability ?? 0) > ($1.probability ?? 0) }
            .map(\.name)
    }

    private mutating func read(_ object: JSONObject) {
        shiftEV = Self.number("shift_eV", object)
        shiftSigmaEV = Self.number("shift_sigma_eV", object)
        familiarity = Self.number("familiarity", object)
        model = Self.string("model", object)
        error = Self.string("error", object)
        if let value = try? object.value("reference"), let reference = try? value.object() {
            referenceLine = Self.string("line", reference)
            referenceEV = Self.number("energy_eV", reference)
        }
        guard let value = try? object.value("groups"), let elements = try? value.elements() else {
            return
        }
        for element in elements.prefix(Self.maxGroups) {
            guard let group = try? element.object(), let name = Self.string("name", group) else {
                continue
            }
            groups.append(
                Group(
                    name: name, probability: Self.number("probability", group),
                    call: Self.string("call", group)))
        }
    }

    private static func number(_ key: StaticString, _ object: JSONObject) -> Double? {
        guard let value = try? object.value(key) else { return nil }
        return try? value.number()
    }

    private static func string(_ key: StaticString, _ object: JSONObject) -> String? {
        guard let value = try? object.value(key) else { return nil }
        return try? value.string()
    }
}
