import Spectroscopy

/// What the energies of a table are: binding or kinetic, as they are named or as their values tell.
struct ColumnEnergies {
    /// Core levels that are measured lie here; energies that lie elsewhere altogether are other energies than these.
    private static let bindingEV = 0.0...1000
    /// Energies beyond these are not taken for binding energies unless the header says so.
    private static let unnamedRangeEV = -50.0...1500.0

    let kind: EnergyAxis.Kind
    /// The blocks, with binding energies as positive numbers.
    private(set) var blocks: [ColumnBlock]
    private(set) var notices: [String] = []

    init(
        _ blocks: [ColumnBlock], named: EnergyAxis.Kind?, photonEnergiesEV: [Double?], file: String
    ) throws(SpectrumFileError) {
        self.blocks = blocks
        let isNegative =
            Self.lowestEV(blocks) < Self.unnamedRangeEV.lowerBound
            && Self.highestEV(blocks) <= -Self.unnamedRangeEV.lowerBound
        if isNegative, named != .kinetic {
            self.blocks = blocks.map(\.negated)
            notices.append("the energies are below zero; they are taken for binding energies with a minus sign")
            kind = .binding
            return
        }
        if let named {
            kind = named
            return
        }
        let names = zip(blocks, photonEnergiesEV).compactMap { Self.named($0, $1, file: file) }
        let bindingName = names.first { $0.kind == .binding }?.reason
        if let reason = names.first(where: { $0.kind == .kinetic })?.reason
            ?? (bindingName == nil ? Self.kineticRange(blocks, photonEnergiesEV) : nil)
        {
            kind = .kinetic
            notices.append("no header names the energies; \(reason) they are taken for kinetic energies")
            return
        }
        if let bindingName {
            kind = .binding
            notices.append("no header names the energies; \(bindingName) they are taken for binding energies in eV")
            return
        }
        let (lowestEV, highestEV) = (Self.lowestEV(blocks), Self.highestEV(blocks))
        let isUntold = photonEnergiesEV.contains(nil)
        guard Self.unnamedRangeEV.contains(lowestEV), Self.unnamedRangeEV.contains(highestEV) else {
            throw SpectrumFileError(
                file: file, line: blocks.first?.firstLine,
                reason: "the energies reach from \(lowestEV) to \(highestEV), and no header says whether they are "
                    + "binding or kinetic energies in eV; name the column"
                    + (isUntold ? ", or tell the photon energy (--photon-energy) if they are kinetic" : ""))
        }
        kind = .binding
        let isOutside = blocks.contains { !Self.bindingEV.overlaps($0.rangeEV) }
        notices.append(
            "no header names the energies; they are taken for binding energies in eV"
                + (isOutside && isUntold
                    ? "; if they are kinetic, tell the photon energy (--photon-energy) or name the column" : ""))
    }

    private static func lowestEV(_ blocks: [ColumnBlock]) -> Double { blocks.map(\.rangeEV.lowerBound).min() ?? 0 }

    private static func highestEV(_ blocks: [ColumnBlock]) -> Double { blocks.map(\.rangeEV.upperBound).max() ?? 0 }

    /// What a region's energies are by the core level that header, title or file name speak of, the nearest first: it
    /// lies in the region only so.
    private static func named(
        _ block: ColumnBlock, _ photonEnergyEV: Double?, file: String
    ) -> (kind: EnergyAxis.Kind, reason: String)? {
        let bindingEV = block.rangeEV
        let kineticEV = photonEnergyEV.map { block.bindingRangeEV(photonEnergyEV: $0) }
        let inRegion = { CoreLevelName.inFileName(block.header.regionName ?? "", bindingEV: $0) }
        let inTitle = { block.header.coreLevel(bindingEV: $0) }
        let inFile = { CoreLevelName.inFileName(SpectrumFile.stem(of: file), bindingEV: $0) }
        for name in [inRegion, inTitle, inFile] {
            if let level = name(bindingEV) { return (.binding, "as \(level)") }
            if let photonEnergyEV, let kineticEV, let level = name(kineticEV) {
                return (.kinetic, "as \(level) under \(photonEnergyEV) eV")
            }
        }
        return nil
    }

    /// Why regions are kinetic: as binding energies those of one are none that is measured, as kinetic ones all are.
    private static func kineticRange(_ blocks: [ColumnBlock], _ photonEnergiesEV: [Double?]) -> String? {
        guard blocks.contains(where: { !bindingEV.overlaps($0.rangeEV) }) else { return nil }
        for (block, photonEnergyEV) in zip(blocks, photonEnergiesEV) {
            guard let photonEnergyEV else { return nil }
            let rangeEV = block.bindingRangeEV(photonEnergyEV: photonEnergyEV)
            guard bindingEV.contains(rangeEV.lowerBound), bindingEV.contains(rangeEV.upperBound) else { return nil }
        }
        return photonEnergiesEV.first?.map { "above \(Int(bindingEV.upperBound)) eV and with photons of \($0) eV" }
    }
}
