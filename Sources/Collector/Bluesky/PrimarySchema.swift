/// Which data keys the events of a run's `primary` stream have: found in the result lines, not known beforehand.
package struct PrimarySchema: Sendable, Hashable, Codable {
    /// Numbers of the result lines, by their keys there.
    package private(set) var numbers: [String] = []
    /// Functional groups by their names.
    package private(set) var groups: [String] = []
    /// Numbers of the jobs' `meta`, by their keys there.
    package private(set) var meta: [String] = []

    /// Numbers that a spectrum with groups may lack and the next one has: they have their place from the start, so that
    /// one descriptor is enough.
    private static let usualNumbers = ["shift_eV", "shift_sigma_eV", "spread_eV", "familiarity", "contamination"]
    /// What tables and plots show unless somebody asks for more: numbers only, for a map of texts ends Best-Effort
    /// plots.
    private static let hinted = ["shift_eV", "familiarity", "groups_count"]
    private static let object = "corelevel"

    /// The keys that every event has.
    package init() {}

    /// Adds the keys that a spectrum brings; whether there were any.
    package mutating func widen(to spectrum: AnalysedSpectrum) -> Bool {
        let before = self
        if !spectrum.groups.isEmpty { numbers += Self.usualNumbers.filter { !numbers.contains($0) } }
        numbers += spectrum.numbers.keys.sorted().filter { !numbers.contains($0) }
        meta += spectrum.metaNumbers.keys.sorted().filter { !meta.contains($0) }
        for group in spectrum.groups where !groups.contains(group.name) { groups.append(group.name) }
        return self != before
    }

    /// The key of a member of `meta` in an event.
    package static func key(ofMeta name: String) -> String { "meta_" + plain(name) }

    /// The key of a functional group's probability: `p_ester_aromatic` for "ester (aromatic)".
    package static func key(ofGroup name: String) -> String {
        let words = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        return "p_" + words.joined(separator: "_")
    }

    /// The descriptor's `data_keys`.
    package var dataKeys: DocumentObject {
        var keys = DocumentObject()
        keys["seq"] = .object(Self.dataKey("integer", source: "job"))
        keys["index"] = .object(Self.dataKey("integer", source: "job"))
        keys["job"] = .object(Self.dataKey("string", source: "job"))
        keys["acquired"] = .object(Self.dataKey("number", source: "job", units: "s", precision: 3))
        for name in numbers {
            keys[Self.plain(name)] = .object(
                Self.dataKey("number", source: "result", units: Self.units(of: name), precision: 3))
        }
        keys["groups_count"] = .object(Self.dataKey("integer", source: "result"))
        keys["groups_present"] = .object(Self.dataKey("string", source: "result"))
        keys["groups_undetermined"] = .object(Self.dataKey("string", source: "result"))
        for name in groups {
            keys[Self.key(ofGroup: name)] = .object(Self.dataKey("number", source: "result", precision: 3))
        }
        for name in meta {
            keys[Self.key(ofMeta: name)] = .object(
                Self.dataKey("number", source: "meta", units: Self.units(of: name), precision: 3))
        }
        keys["model"] = .object(Self.dataKey("string", source: "result"))
        keys["error"] = .object(Self.dataKey("string", source: "result"))
        return keys
    }

    /// A spectrum's values, one for each of ``dataKeys``; those that it lacks are not a number, or -1 for `seq`.
    package func data(of spectrum: AnalysedSpectrum) -> DocumentObject {
        var data = DocumentObject()
        data["seq"] = .integer(spectrum.seq ?? -1)
        data["index"] = .integer(spectrum.index)
        data["job"] = .text(spectrum.job)
        data["acquired"] = .number(spectrum.acquiredS)
        for name in numbers { data[Self.plain(name)] = .number(spectrum.numbers[name] ?? .nan) }
        data["groups_count"] = .integer(spectrum.groups.count { $0.call == "present" })
        data["groups_present"] = .text(Self.names(of: spectrum, called: "present"))
        data["groups_undetermined"] = .text(Self.names(of: spectrum, called: "undetermined"))
        let probabilities = Dictionary(
            spectrum.groups.map { ($0.name, $0.probability) }, uniquingKeysWith: { first, _ in first })
        for name in groups { data[Self.key(ofGroup: name)] = .number((probabilities[name] ?? nil) ?? .nan) }
        for name in meta { data[Self.key(ofMeta: name)] = .number(spectrum.metaNumbers[name] ?? .nan) }
        data["model"] = .text(spectrum.model)
        data["error"] = .text(spectrum.error ?? "")
        return data
    }

    /// The descriptor's members that tell callbacks what belongs to what, and what to show.
    package var presentation: DocumentObject {
        let keys = dataKeys.members.map(\.key)
        return Self.presentation(keys: keys, hinted: Self.hinted.filter(keys.contains))
    }

    /// `object_keys`, `hints` and an empty `configuration`.
    static func presentation(keys: [String], hinted: [String]) -> DocumentObject {
        [
            "object_keys": .object([object: .texts(keys)]),
            "hints": .object([object: .object(["fields": .texts(hinted)])]),
            "configuration": .object([
                object: .object(["data": .object([:]), "timestamps": .object([:]), "data_keys": .object([:])])
            ]),
        ]
    }

    /// One entry of `data_keys`, for a scalar.
    static func dataKey(
        _ dtype: String, source: String, units: String? = nil, precision: Int? = nil
    ) -> DocumentObject {
        var key: DocumentObject = [
            "source": .text("\(object):\(source)"), "dtype": .text(dtype), "shape": .list([]),
            "object_name": .text(object),
        ]
        switch dtype {
        case "number": key["dtype_numpy"] = .text("<f8")
        case "integer": key["dtype_numpy"] = .text("<i8")
        default: break
        }
        key["units"] = units.map { .text($0) }
        key["precision"] = precision.map { .integer($0) }
        return key
    }

    private static func names(of spectrum: AnalysedSpectrum, called call: String) -> String {
        spectrum.groups.filter { $0.call == call }.map(\.name).joined(separator: ", ")
    }

    /// The event model allows neither dots nor slashes in keys.
    private static func plain(_ key: String) -> String {
        String(key.map { $0 == "." || $0 == "/" ? "_" : $0 })
    }

    /// The unit that a key such as `shift_eV` ends in.
    private static func units(of key: String) -> String? {
        let units = ["eV", "s", "ms", "um", "nm", "mm", "mbar", "Pa", "K", "deg", "Hz", "V", "A", "uA"]
        return key.split(separator: "_").dropFirst().last.map(String.init).flatMap { units.contains($0) ? $0 : nil }
    }
}
