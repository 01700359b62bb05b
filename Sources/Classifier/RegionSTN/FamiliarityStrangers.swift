import Foundation
package import Synthesis

/// Materials that do not exist: what familiarity learns strangeness from, so that no real unfamiliar material is used up
/// for it (outlier exposure: Hendrycks, Mazeika and Dietterich, arXiv 1812.04606).
///
/// Two kinds. Polymers whose core levels are moved as wholes and whose lines are moved alone, with other amounts and
/// widths: elements and numbers of lines stay plausible, their pattern does not. And materials made up of a few lines
/// anywhere in the windows, some narrow or with tails to higher energy, some under a layer of adventitious carbon.
package enum FamiliarityStrangers {
    /// Made-up materials for each polymer of the library.
    private static let madeUpPerPolymer = 3
    /// A core level of a polymer moves by up to this, in eV.
    private static let levelShiftEV = 2.5
    /// Standard deviation of each line's own movement, in eV.
    private static let lineShiftEV = 0.8
    /// Standard deviations of the logarithms of amounts and widths.
    private static let scatter: (amounts: Double, widths: Double) = (0.5, 0.25)
    /// A tail to higher energy: distance in eV, width added in eV and share of the line that it trails.
    private static let tail = [(0.5, 0.3, 0.25), (1.3, 0.7, 0.15), (2.6, 1.4, 0.10), (5, 2.5, 0.08)]

    /// The library's polymers, each made strange, and as many made-up materials as `madeUpPerPolymer` says.
    package static func library(from library: PolymerLibrary, seed: UInt64) -> PolymerLibrary {
        var random = RandomSource(seed: seed)
        let models = firstLines(library)
        var strangers = library.polymers.map { moved($0, &random) }
        for polymer in library.polymers {
            for _ in 0..<madeUpPerPolymer { strangers.append(madeUp(like: polymer, models, &random)) }
        }
        return library.replacing(polymers: strangers)
    }

    private static func moved(_ polymer: Polymer, _ random: inout RandomSource) -> Polymer {
        var stranger = unlabelled(polymer)
        var shifts: [String: Double] = [:]
        for index in stranger.components.indices {
            let level = stranger.components[index].coreLevel
            let shiftEV = shifts[level] ?? (2 * random.uniform() - 1) * levelShiftEV
            shifts[level] = shiftEV
            stranger.components[index].bindingEnergyEV += shiftEV + random.normal() * lineShiftEV
            stranger.components[index].atoms *= exp(random.normal() * scatter.amounts)
            stranger.components[index].fwhmEV *= exp(random.normal() * scatter.widths)
        }
        return stranger
    }

    /// The first line of each core level but Auger series, in the order of their names, with its place.
    private static func firstLines(_ library: PolymerLibrary) -> [Polymer.Component] {
        var first: [String: Polymer.Component] = [:]
        for polymer in library.polymers {
            for component in polymer.components where component.kind == .photoelectron {
                if first[component.coreLevel] == nil { first[component.coreLevel] = component }
            }
        }
        return first.sorted { $0.key < $1.key }.map(\.value)
    }

    /// A few lines of a few core levels, anywhere near where the library has its own.
    private static func madeUp(
        like polymer: Polymer, _ models: [Polymer.Component], _ random: inout RandomSource
    ) -> Polymer {
        var stranger = unlabelled(polymer)
        stranger.components = []
        let hasTails = random.chance(0.35)
        let isNarrow = random.chance(0.3)
        for model in models where random.chance(share(of: model.coreLevel)) {
            let centreEV = model.bindingEnergyEV + random.uniform(in: -4...5)
            let amount = exp(random.normal())
            for _ in 0..<random.integer(in: 1...3) {
                var line = model
                line.bindingEnergyEV = centreEV + random.uniform(in: -2.5...2.5)
                line.atoms = amount * exp(random.normal())
                line.fwhmEV = random.uniform(in: isNarrow ? 0.35...0.9 : 0.8...2.4)
                line.lorentzianFraction = random.uniform(in: 0...0.6)
                stranger.components.append(line)
                if hasTails { stranger.components += trailing(line) }
            }
        }
        let isCovered = random.chance(0.4)
        // No surface is without carbon and oxygen.
        if isCovered || !stranger.components.contains(where: { ["C 1s", "O 1s"].contains($0.coreLevel) }) {
            stranger.components += overlayer(models, &random)
        }
        return stranger
    }

    /// How often a material has a core level.
    private static func share(of coreLevel: String) -> Double {
        switch coreLevel {
        case "C 1s": 0.75
        case "O 1s": 0.65
        case "N 1s": 0.25
        default: 0.1
        }
    }

    private static func trailing(_ line: Polymer.Component) -> [Polymer.Component] {
        tail.map { distanceEV, widthEV, share in
            var trail = line
            trail.bindingEnergyEV += distanceEV
            trail.fwhmEV += widthEV
            trail.atoms *= share
            return trail
        }
    }

    /// Adventitious carbon: hydrocarbon, C-O, O-C=O and their oxygen.
    private static func overlayer(
        _ models: [Polymer.Component], _ random: inout RandomSource
    ) -> [Polymer.Component] {
        let amount = exp(random.normal())
        let lines = [("C 1s", 285.1, 8.0), ("C 1s", 286.6, 1.0), ("C 1s", 288.9, 0.8), ("O 1s", 532.4, 1.5)]
        return lines.compactMap { level, energyEV, atoms -> Polymer.Component? in
            guard var line = models.first(where: { $0.coreLevel == level }) else { return nil }
            line.bindingEnergyEV = energyEV
            line.atoms = amount * atoms * exp(0.3 * random.normal())
            line.fwhmEV = random.uniform(in: 1.1...1.5)
            return line
        }
    }

    private static func unlabelled(_ polymer: Polymer) -> Polymer {
        var stranger = polymer
        stranger.labels = polymer.labels.map { _ in false }
        return stranger
    }
}
