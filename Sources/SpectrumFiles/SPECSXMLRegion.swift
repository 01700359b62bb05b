import Spectroscopy

/// One region of a SpecsLab XML file: its settings, its detectors' channels and the counts of every scan.
struct SPECSXMLRegion {
    /// Scans that were recorded one after another under the same conditions.
    struct Cycle {
        /// Seconds since 1970.
        var timeS: Double?
        var scans: [(counts: [Double], line: Int)] = []
    }

    /// Counts of one scan at most: an image of all channels.
    private static let mostCounts = 1 << 24

    let number: Int
    let line: Int
    private(set) var name = ""
    /// The settings in words by their names.
    private(set) var texts: [String: String] = [:]
    private(set) var cycles: [Cycle] = []
    private var numbers: [String: Double] = [:]
    private var scanMode = ""
    /// Each channel's energy offset as a part of the pass energy.
    private var shifts: [Double] = []
    private var transmission: [Double] = []

    /// Reads a region; the cursor stands behind its opening tag.
    init(_ cursor: inout XMLCursor, number: Int) throws(SpectrumFileError) {
        self.number = number
        line = cursor.line()
        try readMembers(&cursor)
    }

    /// Why there is no spectrum in it.
    var skipReason: String? {
        if cycles.allSatisfy(\.scans.isEmpty) { return "it has no counts" }
        if scanMode == "FixedEnergies" { return "its scan mode is FixedEnergies, counts over time at one energy" }
        return nil
    }

    private mutating func readMembers(_ cursor: inout XMLCursor) throws(SpectrumFileError) {
        var path: [String] = []
        while let token = try cursor.next() {
            switch token {
            case .close:
                if path.popLast() == nil { return }
            case .text: break
            case .open(let tag, let attributes):
                let label = attributes["name"] ?? attributes["type_name"] ?? tag
                if try !take(&cursor, tag: tag, label: label, type: attributes["type_name"] ?? "", path: path) {
                    path.append(label)
                }
            }
        }
    }

    /// Takes what matters with its end; returns whether it did.
    private mutating func take(
        _ cursor: inout XMLCursor, tag: String, label: String, type: String, path: [String]
    ) throws(SpectrumFileError) -> Bool {
        switch (tag, label) {
        case ("string", "name") where path.isEmpty:
            name = try cursor.content()
        case ("string", "name") where path.last == "scan_mode":
            scanMode = try cursor.content()
        case ("string", _) where path == ["region"]:
            texts[label] = try cursor.content()
        case ("ulong", _) where path.isEmpty || path == ["region"], ("double", _) where path == ["region"]:
            numbers[label] = try number(try cursor.content(), label, &cursor)
        case ("double", "shift") where path.contains("detectors"):
            shifts.append(try number(try cursor.content(), "a channel's shift", &cursor))
        case ("double", _) where path.last == "transmission":
            transmission += try values(&cursor, "the transmission")
        case (_, _) where type == "Cycle":
            cycles.append(Cycle())
            return false
        case ("ulong", "time") where path.last == "Cycle":
            let text = try cursor.content()
            if let last = cycles.indices.last { cycles[last].timeS = try number(text, "the cycle's time", &cursor) }
        case ("ulong", _) where path.last == "counts" && path.contains("scans"),
            ("double", _) where path.last == "counts" && path.contains("scans"):
            let line = cursor.line()
            let counts = try values(&cursor, "a scan's counts")
            if cycles.isEmpty { cycles.append(Cycle()) }
            cycles[cycles.count - 1].scans.append((counts, line))
        case ("sequence", "parameters"), ("struct", "source_info"), ("struct", "remote_info"):
            try cursor.skipElement()
        default:
            return false
        }
        return true
    }

    private func number(
        _ text: String, _ what: String, _ cursor: inout XMLCursor
    ) throws(SpectrumFileError) -> Double {
        let bytes = Array(text.utf8)
        guard let value = Decimal.parse(bytes, bytes.indices) else {
            throw cursor.error("\(what) of region \"\(name)\" should be a number, but is \"\(text.prefix(60))\"")
        }
        return value
    }

    /// The numbers of a text, up to the end of its tag.
    private func values(_ cursor: inout XMLCursor, _ what: String) throws(SpectrumFileError) -> [Double] {
        var values: [Double] = []
        while let token = try cursor.next() {
            guard case .text(let range) = token else {
                if case .close = token { break }
                throw cursor.error("\(what) of region \"\(name)\" should be numbers, but a tag is among them")
            }
            var start = range.lowerBound
            while start < range.upperBound {
                if cursor.bytes[start] <= 0x20 {
                    start += 1
                    continue
                }
                var end = start
                while end < range.upperBound, cursor.bytes[end] > 0x20 { end += 1 }
                guard let value = Decimal.parse(cursor.bytes, start..<end) else {
                    let text = String(decoding: cursor.bytes[start..<min(end, start + 60)], as: UTF8.self)
                    throw cursor.error("\(what) of region \"\(name)\" should be numbers, but holds \"\(text)\"")
                }
                values.append(value)
                start = end
            }
            guard values.count <= Self.mostCounts else {
                throw cursor.error("\(what) of region \"\(name)\" are more than \(Self.mostCounts)")
            }
        }
        return values
    }

    /// Makes the region of one cycle.
    func region(
        _ cycle: Cycle, file: String, options: SpectrumFile.Options, notices: inout [String]
    ) throws(SpectrumFileError) -> Region {
        func refusal(_ line: Int, _ reason: String) -> SpectrumFileError {
            SpectrumFileError(file: file, line: line, reason: "region \"\(name)\": \(reason)")
        }
        guard let count = numbers["values_per_curve"].map({ $0 * max(numbers["curves_per_scan"] ?? 1, 1) }),
            count >= 2, count <= Double(EnergyAxis.maximumCount), let stepEV = numbers["scan_delta"], stepEV > 0,
            let startEV = numbers["kinetic_energy"]
        else {
            throw refusal(
                line, "values_per_curve, scan_delta and kinetic_energy should be numbers above 0 that say its axis")
        }
        let channels = try Channels(
            points: Int(count), head: whole("mcd_head"), tail: whole("mcd_tail"),
            offsets: shifts.map { $0 * (numbers["pass_energy"] ?? 0) / stepEV })
        var sum = [Double](repeating: 0, count: Int(count))
        for (counts, line) in cycle.scans {
            guard let scan = channels.scan(counts) else {
                throw refusal(
                    line,
                    "a scan has \(counts.count) counts where \(channels.expected) are expected "
                        + "(\(Int(count)) values of \(max(shifts.count, 1)) channels); the file is damaged")
            }
            for index in sum.indices { sum[index] += scan[index] }
        }
        if channels.isMisfit {
            notices.append(
                "region \"\(name)\": channels are added without their energy offsets, which reach beyond what was recorded"
            )
        }
        do {
            let settings = try RegionSettings(
                name: CoreLevelName.canonical(withoutNumber(name)),
                // SpecsLab's kinetic energies count from the Fermi level: hν - KE is the binding energy.
                axis: .uniform(.kinetic, startEV: startEV, stepEV: stepEV, count: Int(count)), ordinate: .counts,
                photonEnergyEV: numbers["excitation_energy"].flatMap { $0 > 0 ? $0 : nil } ?? options.photonEnergyEV,
                dwellS: numbers["dwell_time"], sweeps: max(cycle.scans.count, 1), passEnergyEV: numbers["pass_energy"],
                transmission: usableTransmission(Int(count), &notices))
            return try Region(settings: settings, intensities: sum.map { Float($0) })
        } catch {
            throw refusal(line, "\(error)")
        }
    }

    private func usableTransmission(_ count: Int, _ notices: inout [String]) -> [Float]? {
        guard !transmission.isEmpty else { return nil }
        let values = transmission.map { Float($0) }
        guard values.count == count, values.allSatisfy({ $0 >= RegionSettings.lowestTransmission && $0.isFinite })
        else {
            notices.append("region \"\(name)\": its transmission does not fit its values and is not used")
            return nil
        }
        return values
    }

    private func whole(_ key: String) -> Int {
        numbers[key].flatMap { $0 >= 0 && $0 < Double(Self.mostCounts) ? Int($0) : nil } ?? 0
    }

    /// SpecsLab puts a region's place in its group in front of its name.
    private func withoutNumber(_ name: String) -> String {
        let rest = name.drop(while: \.isNumber)
        return rest.count < name.count && rest.first == " " && rest.count > 1 ? String(rest.dropFirst()) : name
    }
}

/// The channels of a detector behind the exit slit: each sees energies of its own, by a part of the pass energy off.
///
/// A scan begins `head` steps below its range and ends `tail` steps above, so that every channel passes over all of it.
private struct Channels {
    let points: Int
    /// Values of each channel: the range with head and tail.
    let recorded: Int
    /// Where each channel's values for the range begin.
    private var starts: [Int]
    /// Whether the offsets point outside what was recorded.
    private(set) var isMisfit = false

    var expected: Int { recorded * starts.count }

    init(points: Int, head: Int, tail: Int, offsets: [Double]) throws(SpectrumFileError) {
        self.points = points
        let recorded = points + head + tail
        self.recorded = recorded
        let offsets = offsets.isEmpty ? [0] : offsets
        starts = offsets.map { offset in
            guard offset.magnitude < 1e6 else { return -1 }
            return head - Int(offset.rounded())
        }
        if starts.contains(where: { $0 < 0 || $0 + points > recorded }) {
            isMisfit = true
            starts = offsets.map { _ in head }
        }
    }

    /// The channels of one scan, added up; nil where the counts do not fit.
    func scan(_ counts: [Double]) -> [Double]? {
        // Exports of calibrated data hold one value a point.
        if counts.count == points { return counts }
        guard counts.count == expected else { return nil }
        return (0..<points).map { point in
            starts.indices.reduce(0) { $0 + counts[(starts[$1] + point) * starts.count + $1] }
        }
    }
}
