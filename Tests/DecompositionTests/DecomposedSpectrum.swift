import Spectroscopy
import Synthesis

/// Spectra of known content for these tests: a library's pure polymers in given amounts, counted or exact.
struct DecomposedSpectrum {
    static func library() throws -> PolymerLibrary { try PolymerLibrary.shipped }

    /// The place of a polymer in the library.
    static func place(of abbreviation: String, in library: PolymerLibrary) -> Int? {
        library.polymers.firstIndex { $0.abbreviation == abbreviation }
    }

    /// Counts of the listed amounts (per visible atom) of polymers in windows on the standard grid, with a flat
    /// background and, with a seed, the noise of counting.
    static func counts(
        _ amounts: [String: Double], library: PolymerLibrary, windowsEV: [ClosedRange<Double>], shiftEV: Double,
        peakCounts: Double, background: Double = 0.05, seed: UInt64? = nil, gains: [Double] = []
    ) throws -> GriddedSpectrum {
        let stepEV = EnergyGrid.standard.stepEV
        var regions: [[Double]] = windowsEV.map { range in
            [Double](repeating: 0, count: Int(((range.upperBound - range.lowerBound) / stepEV).rounded()) + 1)
        }
        for polymer in library.polymers {
            guard let amount = amounts[polymer.abbreviation] else { continue }
            let atoms = visibleAtoms(polymer, library)
            for component in polymer.components {
                let level = library.coreLevels[component.coreLevel]
                let area =
                    amount * component.atoms * (component.pseudoCrossSection ?? level?.crossSection ?? 0) / atoms
                let high = level?.doublet?.highMemberShare ?? 0
                for (share, offsetEV) in [(1 - high, 0), (high, level?.doublet?.splitEV ?? 0)] where share > 0 {
                    let line = LineShape(
                        centreEV: component.bindingEnergyEV + shiftEV + offsetEV, fwhmEV: component.fwhmEV,
                        lorentzianFraction: component.lorentzianFraction)
                    for (region, range) in windowsEV.enumerated() {
                        for point in regions[region].indices {
                            regions[region][point] +=
                                share * area * line.density(atEV: range.lowerBound + Double(point) * stepEV)
                        }
                    }
                }
            }
        }
        for (region, gain) in gains.enumerated() { regions[region] = regions[region].map { $0 * gain } }
        let highest = regions.joined().max() ?? 1
        var random = RandomSource(seed: seed ?? 0)
        let measured = try zip(windowsEV, regions).map { range, values in
            let expected = values.map { peakCounts * ($0 / highest + background) }
            return try Region(
                settings: RegionSettings(
                    name: "region", axis: .uniform(startEV: range.lowerBound, stepEV: stepEV, count: values.count),
                    ordinate: .counts),
                intensities: expected.map { Float(seed == nil ? $0 : random.poisson(mean: $0)) })
        }
        return Regridder.regrid(try Spectrum(regions: measured))
    }

    private static func visibleAtoms(_ polymer: Polymer, _ library: PolymerLibrary) -> Double {
        var perElement: [String: [String: Double]] = [:]
        for component in polymer.components where component.kind == .photoelectron {
            let element = library.coreLevels[component.coreLevel]?.element ?? ""
            perElement[element, default: [:]][component.coreLevel, default: 0] += component.atoms
        }
        return perElement.values.reduce(0) { $0 + ($1.values.max() ?? 0) }
    }
}
