public import Spectroscopy

/// Writes spectra as a VAMAS file (ISO 14976) on the binding-energy scale, one block per region.
///
/// An experimental variable `Spectrum` numbers the spectra, so that readers put their regions together again. Scans are
/// REGULAR where every axis has equal steps, else IRREGULAR for the whole file.
public struct VAMASWriter: Sendable {
    /// Name of the additional parameter that says that intensities have been divided by the transmission.
    static let transmissionCorrected = "Transmission corrected"
    private static let notGiven = "1E+37"

    /// The institution that the header names.
    public var institution = "Not specified"
    /// The instrument that the header names.
    public var instrument = "Not specified"
    /// The experiment that the header names.
    public var experiment = "Not specified"
    /// Lines of the header's comment.
    public var comment: [String] = []

    /// Creates a writer.
    public init() {}

    /// The file's bytes.
    public func write(_ spectra: [Spectrum]) -> [UInt8] {
        let isRegular = spectra.allSatisfy { $0.regions.allSatisfy(\.isUniform) }
        var lines = [VAMASHeader.identifier, line(institution), line(instrument), "Not specified", line(experiment)]
        lines.append("\(comment.count)")
        lines += comment.map(line)
        lines += ["NORM", isRegular ? "REGULAR" : "IRREGULAR", "\(spectra.first?.regions.count ?? 0)"]
        lines += ["1", "Spectrum", "d", "0", "0", "0", "0"]
        lines.append("\(spectra.reduce(0) { $0 + $1.regions.count })")
        for (index, spectrum) in spectra.enumerated() {
            for region in spectrum.regions {
                appendBlock(region, of: spectrum, number: index + 1, isRegular: isRegular, to: &lines)
            }
        }
        lines.append("end of experiment")
        return Array((lines.joined(separator: "\r\n") + "\r\n").utf8)
    }

    private func appendBlock(
        _ region: Region, of spectrum: Spectrum, number: Int, isRegular: Bool, to lines: inout [String]
    ) {
        let settings = region.settings
        let (species, transition) = Self.level(region.name)
        lines += [line(region.name), line(spectrum.sample)]
        lines += Self.date(spectrum.metadata["acquired"]) + ["0"]
        lines += ["0", "XPS", "\(number)", Self.source(settings.photonEnergyEV), optional(settings.photonEnergyEV)]
        // Strength, two widths and two angles of the source.
        lines += [String](repeating: Self.notGiven, count: 5)
        lines += ["FAT", optional(settings.passEnergyEV), Self.notGiven, optional(settings.workFunctionEV)]
        // Target bias, two analysis widths, two take-off angles.
        lines += [String](repeating: Self.notGiven, count: 5)
        lines += [line(species), line(transition), "-1"]
        var columns: [(label: String, unit: String, values: [String], range: (String, String))] = []
        let energies = region.intensities.indices.map { settings.bindingEnergyEV(at: $0) }
        if isRegular {
            let step = energies.count > 1 ? settings.bindingStepEV : settings.axis.meanStepEV
            lines += ["Binding Energy", "eV", "\(energies.first ?? 0)", "\(step)"]
        } else {
            columns.append(("Binding Energy", "eV", energies.map { "\($0)" }, Self.range(energies)))
        }
        let (label, unit) = Self.names(settings.ordinate)
        columns.append((label, unit, region.intensities.map { "\($0)" }, Self.range(region.intensities)))
        if let transmission = settings.transmission {
            columns.append(("Transmission", "d", transmission.map { "\($0)" }, Self.range(transmission)))
        }
        lines.append("\(columns.count)")
        for column in columns { lines += [column.label, column.unit] }
        lines += [settings.ordinate == .arbitrary ? "analogue" : "pulse counting"]
        lines += [optional(settings.dwellS), "\(settings.sweeps ?? 1)"]
        // Time correction, two angles of the sample's normal, its rotation.
        lines += [String](repeating: Self.notGiven, count: 4)
        lines += settings.isTransmissionCorrected ? ["1", Self.transmissionCorrected, "d", "1"] : ["0"]
        lines.append("\(columns.count * energies.count)")
        for column in columns { lines += [column.range.0, column.range.1] }
        for index in energies.indices {
            for column in columns { lines.append(column.values[index]) }
        }
    }

    /// A text on one line: line ends would shift everything behind them.
    private func line(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }

    private func optional(_ value: Double?) -> String {
        value.map { "\($0)" } ?? Self.notGiven
    }

    /// Year to second of a time such as `2026-11-22T14:00:00`; zeros where there is none, since other readers want whole
    /// numbers here.
    private static func date(_ acquired: String?) -> [String] {
        let items = (acquired ?? "").split { !$0.isASCII || !$0.isNumber }.prefix(6).compactMap { Int($0) }
        return (items.count == 6 ? items : [Int](repeating: 0, count: 6)).map { "\($0)" }
    }

    /// Species and transition of a core level such as `C 1s`; a name that is none is a species alone.
    private static func level(_ name: String) -> (String, String) {
        let words = name.split(separator: " ")
        guard words.count == 2, words[0].count <= 3, words[1].count <= 5 else { return (name, "") }
        return (String(words[0]), String(words[1]))
    }

    private static func source(_ photonEnergyEV: Double?) -> String {
        switch photonEnergyEV {
        case .some(1486...1487): "Al"
        case .some(1253...1254): "Mg"
        case .some: "photons"
        case nil: "Not specified"
        }
    }

    private static func names(_ ordinate: RegionSettings.Ordinate) -> (label: String, unit: String) {
        switch ordinate {
        case .counts: ("counts", "d")
        case .countsPerSecond: ("counts per second", "c/s")
        case .arbitrary: ("intensity", "d")
        }
    }

    private static func range(_ values: [some BinaryFloatingPoint & CustomStringConvertible]) -> (String, String) {
        ("\(values.min() ?? 0)", "\(values.max() ?? 0)")
    }
}

extension Region {
    fileprivate var isUniform: Bool {
        switch axis.points {
        case .uniform: true
        case .explicit: false
        }
    }
}

extension RegionSettings {
    /// The signed step on the binding-energy scale of an axis with equal steps.
    fileprivate var bindingStepEV: Double {
        guard case .uniform(_, let stepEV, _) = axis.points else { return axis.meanStepEV }
        return axis.kind == .binding ? stepEV : -stepEV
    }
}
