import Spectroscopy

/// Makes a region of a VAMAS block, or says why the block is not a photoelectron spectrum.
enum VAMASRegion {
    enum Outcome {
        case region(Region)
        case skip(String)
    }

    private struct Ordinate {
        var abscissa: [Double]?
        var intensities: [Double]
        var variable: VAMASBlock.Variable
        var transmission: [Double]?
    }

    static func make(
        from block: VAMASBlock, header: VAMASHeader, notices: inout [String]
    ) throws(SpectroscopyError) -> Outcome {
        guard header.scanMode != .mapping else { return .skip("the scan mode MAPPING holds images, not spectra") }
        guard block.technique == "XPS" || block.technique == "UPS" || block.technique.hasPrefix("AES") else {
            return .skip("its technique is \(block.technique)")
        }
        let photonEnergyEV = photonEnergy(of: block, notices: &notices)
        if block.technique.hasPrefix("AES"), SourceLine(label: block.sourceLabel) == nil {
            return .skip("its technique is \(block.technique), excited by \"\(block.sourceLabel)\" and not by photons")
        }
        let place = "block \(block.number) (\(block.identifier))"
        var variables = block.variables
        var label = block.abscissaLabel
        var unit = block.abscissaUnit
        var abscissa: [Double]?
        if header.scanMode == .irregular {
            let first = variables.removeFirst()
            (label, unit, abscissa) = (first.label, first.unit, first.values)
        }
        guard let kind = EnergyKind.named(in: label) else {
            return .skip("its abscissa is \"\(label)\", neither binding nor kinetic energy")
        }
        guard unit.lowercased() == "ev" else { return .skip("its abscissa is in \"\(unit)\", not in eV") }
        guard let index = variables.firstIndex(where: { !$0.isTransmission }) else {
            return .skip("it has no intensities")
        }
        let intensities = variables[index]
        guard intensities.values.count > 1 else { return .skip("it has \(intensities.values.count) points") }
        let others = variables.indices.filter { $0 != index && !variables[$0].isTransmission }
        if !others.isEmpty {
            let names = others.map { "\"\(variables[$0].label)\"" }.joined(separator: ", ")
            notices.append("\(place): only \"\(intensities.label)\" is read, not \(names)")
        }
        var transmission = variables.first(where: \.isTransmission)?.values
        if let values = transmission, values.contains(where: { !isTransmission($0) }) {
            notices.append("\(place): its transmission is not positive everywhere and is not used")
            transmission = nil
        }
        var points = VAMASPoints(abscissa: abscissa, intensities: intensities.values, transmission: transmission)
        let missing = points.dropMissing(start: block.abscissaStart, step: block.abscissaStep)
        if missing > 0 { notices.append("\(place): \(missing) points without a value are left out") }
        let settings = try RegionSettings(
            name: block.regionName,
            axis: points.axis(kind, start: block.abscissaStart, step: block.abscissaStep),
            ordinate: ordinate(intensities, block: block),
            photonEnergyEV: photonEnergyEV,
            // Kinetic energies of VAMAS files already count from the Fermi level: in every instrument's file tried,
            // hν - KE alone puts known lines where they belong, with work functions of 3.8 to 4.5 eV declared.
            workFunctionEV: kind == .binding ? block.workFunctionEV : nil,
            dwellS: block.collectionTimeS.flatMap { $0 > 0 ? $0 : nil },
            sweeps: block.scans.flatMap { $0 >= 1 && $0 < 1e9 ? Int($0) : nil },
            passEnergyEV: block.analyserMode == "FRR" ? nil : block.passEnergyEV.flatMap { $0 > 0 ? $0 : nil },
            transmission: points.transmission?.map { Float($0) },
            isTransmissionCorrected: block.parameters[VAMASWriter.transmissionCorrected] == 1)
        return .region(try Region(settings: settings, intensities: points.intensities.map { Float($0) }))
    }

    private static func isTransmission(_ value: Double) -> Bool {
        value >= Double(RegionSettings.lowestTransmission) && value < VAMASBlock.notGiven
    }

    private static func photonEnergy(of block: VAMASBlock, notices: inout [String]) -> Double? {
        if let energyEV = block.sourceEnergyEV, energyEV > 0 { return energyEV }
        guard let line = SourceLine(label: block.sourceLabel) else { return nil }
        notices.append(
            "block \(block.number) (\(block.identifier)): no photon energy is given; \(line.energyEV) eV is taken for "
                + "its source \"\(block.sourceLabel)\"")
        return line.energyEV
    }

    private static func ordinate(
        _ variable: VAMASBlock.Variable, block: VAMASBlock
    ) -> RegionSettings.Ordinate {
        if let named = OrdinateKind.named(in: variable.label + " " + variable.unit) { return named }
        // "Intensity" under pulse counting means counts, and counts are whole; rates and sums carry fractions.
        let isWhole = variable.values.allSatisfy { $0 >= 0 && $0 == $0.rounded() }
        return block.signalMode.lowercased() == "pulse counting" && isWhole ? .counts : .arbitrary
    }
}

extension VAMASBlock {
    /// The core level, such as `C 1s`: species and transition where both are given, else the block's own name.
    fileprivate var regionName: String {
        guard !species.isEmpty, !transition.isEmpty, species.count <= 3, transition.count <= 5 else {
            return CoreLevelName.canonical(identifier.isEmpty ? species : identifier)
        }
        return "\(species) \(transition)"
    }
}

extension VAMASBlock.Variable {
    fileprivate var isTransmission: Bool { label.lowercased().contains("transmission") }
}
