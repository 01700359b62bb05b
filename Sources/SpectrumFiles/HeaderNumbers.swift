/// The numbers among the settings of a text header, read with the signs of the table below.
struct HeaderNumbers {
    /// Lamps and X-rays that electrons are measured under: He I, the softest, has 21.2 eV, and hard X-rays end near 15
    /// keV.
    ///
    /// An energy in keV, or one that lost its digits behind a sign, lies outside.
    private static let photonEnergiesEV = 20.0...30_000
    private static let photonEnergyNames = [
        "photon energy", "excitation energy", "x ray energy", "source energy", "hv", "hν",
    ]
    private static let dwellNames = ["dwell time", "dwell"]
    private static let sourceNames = [
        "source", "x ray source", "photon source", "excitation source", "excitation", "anode", "x ray anode",
    ]

    /// Bytes in which a number and its unit stand: a file may hold longer lines than can be tried end by end.
    private static let longestNumber = 64

    let settings: HeaderSettings
    let notation: NumberNotation

    /// The number at the beginning of the first setting of these names; nil where it is none or may be two.
    func number(of names: [String]) -> Double? {
        guard let setting = settings.setting(of: names), let number = Self.number(in: setting.text)?.number else {
            return nil
        }
        return value(number).flatMap { $0 >= 0 ? $0 : nil }
    }

    /// The dwell time in seconds, told in s or ms; nil, with the reason, where its unit is another one.
    func dwell() -> (seconds: Double?, notice: String?) {
        guard let setting = settings.setting(of: Self.dwellNames), let (number, rest) = Self.number(in: setting.text),
            let dwell = value(number), dwell >= 0
        else { return (nil, nil) }
        let behind = rest.drop { $0 == "(" || $0 == "[" }.lowercased()
        // Another number behind it is no unit either: it may be the rest of this one.
        let unit = behind.first?.isNumber == true ? behind : String(behind.prefix { $0.isLetter })
        switch unit.isEmpty ? setting.unit.first ?? "s" : unit {
        case "s", "sec", "secs", "second", "seconds": return (dwell, nil)
        case "ms", "msec", "msecs", "millisecond", "milliseconds": return (dwell / 1000, nil)
        default:
            let text = LineCursor.quoted(setting.text.utf8)
            return (nil, "line \(setting.line): the dwell time \(text) is neither in s nor in ms; it is not used")
        }
    }

    /// The photon energy as it is told, in eV or keV or by the name of the source; nil where it is not told.
    func photonEnergyEV(file: String) throws(SpectrumFileError) -> Double? {
        if let setting = settings.setting(of: Self.photonEnergyNames) {
            if let (number, rest) = Self.number(in: setting.text),
                let energyEV = try photonEnergyEV(number, unit: rest, setting, file: file)
            {
                return energyEV
            }
            if let line = SourceLine(label: setting.text) { return line.energyEV }
        }
        return settings.setting(of: Self.sourceNames).flatMap { SourceLine(label: $0.text)?.energyEV }
    }

    private func photonEnergyEV(
        _ number: WrittenNumber, unit: Substring, _ setting: HeaderSettings.Setting, file: String
    ) throws(SpectrumFileError) -> Double? {
        let isInKEV = setting.unit.contains("kev") || unit.lowercased().hasPrefix("kev")
        let readings =
            (value(number).map { [$0] } ?? [.decimal, .thousands].compactMap { number.value(unclearSign: $0) })
            .map { isInKEV ? ($0 * 1e10).rounded() / 1e7 : $0 }
        // Programs write 0 for what they were not told.
        if readings == [0] { return nil }
        let possible = readings.filter(Self.photonEnergiesEV.contains)
        guard possible.count == 1 else {
            let range = "\(Int(Self.photonEnergiesEV.lowerBound)) to \(Int(Self.photonEnergiesEV.upperBound)) eV"
            let text = LineCursor.quoted(setting.text.utf8)
            throw SpectrumFileError(
                file: file, line: setting.line,
                reason: possible.isEmpty
                    ? "the photon energy \(text) is not within \(range); correct it, or name its unit if that is keV"
                    : "the photon energy \(text) may be \(possible[0]) or \(possible[1]) eV; write it "
                        + "without thousands separators, or with one decimal")
        }
        return possible[0]
    }

    private func value(_ number: WrittenNumber) -> Double? {
        number.value(unclearSign: number.unclearSign == WrittenNumber.point ? notation.point : notation.comma)
    }

    /// The number that a text begins with, and what follows it.
    ///
    /// A blank ends it: what follows in `4 100 ms each` is another number.
    private static func number(in text: String) -> (number: WrittenNumber, rest: Substring)? {
        let bytes = Array(text.utf8.prefix(longestNumber))
        var end = bytes.count
        // The longest beginning that is a number: "1486.6eV" ends before the unit, "1.4866E3" behind the exponent.
        while end > 0 {
            if let number = WrittenNumber(bytes, 0..<end, allowingBlanks: false) {
                return (number, String(decoding: bytes[end...], as: UTF8.self).drop { $0 == " " })
            }
            end -= 1
        }
        return nil
    }
}
