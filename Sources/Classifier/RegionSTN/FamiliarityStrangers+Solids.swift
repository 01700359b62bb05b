import Foundation
import Synthesis

/// Strangers that are made of lines.
extension FamiliarityStrangers {
    /// One level with a sharp edge of conduction electrons, more or less oxidised, bare or covered.
    static func conductor(_ lines: FamiliarityLines, _ random: inout RandomSource) -> [Polymer.Component] {
        let element =
            random.chance(0.7)
            ? FamiliarityLines.elements[0]
            : FamiliarityLines.elements[random.integer(in: 0...FamiliarityLines.elements.count - 1)]
        let isCarbon = element.level == "C 1s"
        let centreEV = random.uniform(in: isCarbon ? 281.5...286.5 : element.energiesEV)
        var components: [Polymer.Component] = []
        for index in 0..<random.integer(in: 1...2) {
            let ownEV = index == 0 ? centreEV : centreEV + random.uniform(in: 0.3...2)
            let found = lines.element(
                element.level, atEV: ownEV, atoms: index == 0 ? 1 : random.logUniform(in: 0.05...1),
                fwhmEV: random.uniform(in: 0.3...1.1), &random)
            components += found
            guard let line = found.first else { continue }
            if random.chance(0.85) { components += FamiliarityLines.tail(behind: line, &random) }
            if random.chance(0.7) { components += FamiliarityLines.humps(above: line, &random) }
        }
        if isCarbon, random.chance(0.4) {
            for _ in 0..<random.integer(in: 1...3) {
                components += lines.line(
                    "C 1s", atEV: centreEV + random.uniform(in: 1...6), atoms: random.logUniform(in: 0.02...1),
                    fwhmEV: random.uniform(in: 0.9...2), &random)
            }
            components += lines.line(
                "O 1s", atEV: random.uniform(in: 529.5...535), atoms: random.logUniform(in: 0.02...1),
                fwhmEV: random.uniform(in: 1.2...2.6), &random)
        }
        if random.chance(0.6) {
            components += lines.line(
                "O 1s", atEV: random.uniform(in: 529.5...535), atoms: random.logUniform(in: 0.003...0.1),
                fwhmEV: random.uniform(in: 1.2...2.6), &random)
        }
        if random.chance(0.15) { components += lines.anyElement(atoms: random.logUniform(in: 0.01...0.2), &random) }
        if random.chance(0.4) { components += lines.overlayer(atoms: random.logUniform(in: 0.03...1.5), &random) }
        return components
    }

    /// An organic part, a charged atom in it, and an ion beside it: charge moves lines by eV that bonds do not.
    static func charged(
        _ polymer: [Polymer.Component], _ lines: FamiliarityLines, _ random: inout RandomSource
    ) -> [Polymer.Component] {
        var components: [Polymer.Component] = []
        let carbons = random.uniform(in: 2...16)
        if random.chance(0.35) {
            components = polymer
        } else {
            for _ in 0..<random.integer(in: 1...4) {
                components += lines.line(
                    "C 1s", atEV: 285.1 + random.uniform(in: 0...3.5), atoms: carbons * random.uniform(in: 0.05...0.5),
                    fwhmEV: random.uniform(in: 0.9...1.5), &random)
            }
        }
        let scale = max(components.reduce(0) { $0 + $1.atoms }, 1) / 12
        // Neutral places of the atoms that carry charge in organic ions.
        let (level, neutralEV) = [("N 1s", 399.6), ("N 1s", 399.6), ("P 2p", 131.2), ("S 2p", 163.6)][
            random.integer(in: 0...3)]
        if random.chance(0.85) {
            components += lines.element(
                level, atEV: neutralEV + random.uniform(in: 0.7...4), atoms: scale * random.uniform(in: 0.7...3),
                fwhmEV: random.uniform(in: 0.9...1.5), &random)
        }
        for _ in 0..<random.integer(in: 1...3) {
            let atoms = scale * Double(random.integer(in: 1...6))
            if random.chance(0.35) {
                // Halides lie below covalent halogens.
                let (level, covalentEV) = [("F 1s", 688.9), ("F 1s", 688.9), ("Cl 2p", 200.4), ("Br 3d", 70.4)][
                    random.integer(in: 0...3)]
                components += lines.element(
                    level, atEV: covalentEV - random.uniform(in: 0.7...4), atoms: atoms,
                    fwhmEV: random.uniform(in: 0.9...1.8), &random)
            } else {
                components += lines.anyElement(atoms: atoms, &random)
            }
        }
        if random.chance(0.3) { components += lines.overlayer(atoms: scale * random.uniform(in: 1...15), &random) }
        return components
    }

    /// Anions and metals.
    static func mineral(_ lines: FamiliarityLines, _ random: inout RandomSource) -> [Polymer.Component] {
        var components: [Polymer.Component] = []
        if random.chance(0.75) {
            let latticeEV = random.uniform(in: 528.5...534)
            components += lines.line(
                "O 1s", atEV: latticeEV, atoms: random.uniform(in: 1...4), fwhmEV: random.uniform(in: 0.9...2.4),
                &random)
            if random.chance(0.5) {
                components += lines.line(
                    "O 1s", atEV: latticeEV + random.uniform(in: 0.7...3), atoms: random.logUniform(in: 0.1...2),
                    fwhmEV: random.uniform(in: 1.2...2.4), &random)
            }
        }
        for _ in 0..<random.integer(in: components.isEmpty ? 1...2 : 0...2) {
            components += lines.anyElement(atoms: random.logUniform(in: 0.2...3), &random)
        }
        for _ in 0..<random.integer(in: 0...2) {
            components += lines.foreignLine(atoms: random.logUniform(in: 0.1...3), &random)
        }
        if random.chance(0.85) { components += lines.overlayer(atoms: random.logUniform(in: 0.05...8), &random) }
        return components
    }

    /// A few lines of a few core levels, anywhere near where the library has its own.
    static func madeUp(_ lines: FamiliarityLines, _ random: inout RandomSource) -> [Polymer.Component] {
        var components: [Polymer.Component] = []
        let hasTails = random.chance(0.3)
        let isNarrow = random.chance(0.3)
        for element in FamiliarityLines.elements where random.chance(share(of: element.level)) {
            let (lowEV, highEV) = (element.energiesEV.lowerBound, element.energiesEV.upperBound)
            let centreEV = random.uniform(in: lowEV...highEV)
            let amount = exp(random.normal())
            for _ in 0..<random.integer(in: 1...3) {
                let energyEV = min(max(centreEV + random.uniform(in: -2.5...2.5), lowEV), highEV)
                let found = lines.element(
                    element.level, atEV: energyEV, atoms: amount * exp(random.normal()),
                    fwhmEV: random.uniform(in: isNarrow ? 0.35...0.9 : 0.8...2.4), &random)
                components += found
                if hasTails, let line = found.first { components += FamiliarityLines.tail(behind: line, &random) }
            }
        }
        if random.chance(0.4) { components += lines.overlayer(atoms: 6 * exp(random.normal()), &random) }
        return components
    }

    /// How often a material has a core level.
    private static func share(of coreLevel: String) -> Double {
        switch coreLevel {
        case "C 1s": 0.75
        case "O 1s": 0.65
        case "N 1s": 0.25
        default: 0.12
        }
    }
}
