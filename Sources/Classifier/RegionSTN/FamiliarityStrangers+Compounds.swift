import Foundation
import Synthesis

/// Strangers that are made of carbon and what it is bound to.
extension FamiliarityStrangers {
    /// Carbon of one to five states, wherever bonds and charges bring it, and whatever it may be bound to.
    static func organic(_ lines: FamiliarityLines, _ random: inout RandomSource) -> [Polymer.Component] {
        var components: [Polymer.Component] = []
        let lowEV = random.chance(0.8) ? 285.1 : random.uniform(in: 283.5...286)
        let rangeEV = random.uniform(in: 1...9)
        for index in 0..<random.integer(in: 1...5) {
            components += lines.line(
                "C 1s", atEV: index == 0 ? lowEV : lowEV + rangeEV * random.uniform(),
                atoms: random.logUniform(in: 0.08...1), fwhmEV: random.uniform(in: 0.85...1.5), &random)
        }
        if random.chance(0.6) {
            for _ in 0..<random.integer(in: 1...2) {
                components += lines.line(
                    "O 1s", atEV: random.uniform(in: 530...535.5), atoms: random.logUniform(in: 0.03...2),
                    fwhmEV: random.uniform(in: 1.1...1.9), &random)
            }
        }
        for _ in 0..<random.integer(in: 0...2) {
            components += lines.anyElement(atoms: random.logUniform(in: 0.05...1.5), &random)
        }
        if random.chance(0.25) { components += lines.overlayer(atoms: random.logUniform(in: 0.1...2), &random) }
        return components
    }

    /// Atoms that come together in a compound.
    private struct Group {
        /// Core level and energy in eV of each atom.
        let atoms: [(level: String, energyEV: Double)]
        /// How often a compound has it, and how many at most.
        let chance: Double
        let most: Int
    }

    /// Groups with typical energies, recalled rather than read again; the scatter is wider than they may be wrong.
    private static let groups = [
        Group(atoms: [("C 1s", 285.1)], chance: 0.8, most: 12),
        Group(atoms: [("C 1s", 284.8)], chance: 0.35, most: 12),
        Group(atoms: [("C 1s", 286.6), ("O 1s", 532.9)], chance: 0.25, most: 4),
        Group(atoms: [("C 1s", 286.6), ("C 1s", 286.6), ("O 1s", 532.8)], chance: 0.15, most: 3),
        Group(atoms: [("C 1s", 287.9), ("O 1s", 532.3)], chance: 0.15, most: 2),
        Group(atoms: [("C 1s", 289.1), ("O 1s", 532.2), ("O 1s", 533.6)], chance: 0.2, most: 2),
        Group(atoms: [("C 1s", 290.4), ("O 1s", 532.3), ("O 1s", 533.9), ("O 1s", 533.9)], chance: 0.06, most: 1),
        Group(atoms: [("C 1s", 286.0), ("N 1s", 399.6)], chance: 0.25, most: 3),
        Group(atoms: [("C 1s", 286.0), ("C 1s", 286.0), ("N 1s", 399.6)], chance: 0.15, most: 2),
        Group(atoms: [("C 1s", 287.2), ("N 1s", 399.5), ("N 1s", 400.2)], chance: 0.1, most: 2),
        Group(atoms: [("C 1s", 288.2), ("N 1s", 400.0), ("O 1s", 531.6)], chance: 0.15, most: 2),
        Group(atoms: [("C 1s", 285.6), ("S 2p", 163.8)], chance: 0.08, most: 2),
        Group(atoms: [("S 2p", 168.2), ("O 1s", 532.0), ("O 1s", 532.0)], chance: 0.08, most: 2),
        Group(atoms: [("C 1s", 286.9), ("Cl 2p", 200.4)], chance: 0.08, most: 2),
        Group(atoms: [("C 1s", 287.9), ("F 1s", 687.2)], chance: 0.06, most: 4),
        Group(atoms: [("C 1s", 291.0), ("F 1s", 688.9), ("F 1s", 688.9)], chance: 0.06, most: 4),
        Group(
            atoms: [("C 1s", 293.0), ("F 1s", 688.8), ("F 1s", 688.8), ("F 1s", 688.8)], chance: 0.06, most: 2),
        Group(atoms: [("C 1s", 284.5), ("Si 2p", 102.0), ("O 1s", 532.2)], chance: 0.06, most: 4),
        Group(atoms: [("P 2p", 133.6), ("O 1s", 531.6), ("O 1s", 532.9)], chance: 0.06, most: 2),
    ]

    /// How far a group's atoms lie from where they usually do, as standard deviation in eV.
    private static let scatterEV = 0.3

    /// A compound of a few groups; in a salt, what carries the charge draws its surroundings along, and another ion
    /// stands beside it.
    static func molecular(_ lines: FamiliarityLines, _ random: inout RandomSource) -> [Polymer.Component] {
        var components: [Polymer.Component] = []
        let fwhmEV = random.uniform(in: 0.85...1.45)
        let isSalt = random.chance(0.5)
        func add(_ level: String, atEV energyEV: Double, atoms: Double, _ random: inout RandomSource) {
            components += lines.element(
                level, atEV: energyEV, atoms: atoms,
                fwhmEV: fwhmEV * random.uniform(in: level == "O 1s" ? 1...1.5 : 0.85...1.2),
                &random)
        }
        for group in groups where random.chance(group.chance) {
            let number = Double(random.integer(in: 1...group.most))
            for atom in group.atoms {
                add(atom.level, atEV: atom.energyEV + scatterEV * random.normal(), atoms: number, &random)
            }
        }
        if isSalt {
            let (level, chargedEV) = [("N 1s", 401.8), ("N 1s", 401.8), ("P 2p", 132.7), ("S 2p", 165.8)][
                random.integer(in: 0...3)]
            add(level, atEV: chargedEV + 0.5 * random.normal(), atoms: Double(random.integer(in: 1...2)), &random)
            // Carbon beside the charge.
            for _ in 0..<random.integer(in: 1...3) {
                add(
                    "C 1s", atEV: random.uniform(in: 285.6...288.2), atoms: Double(random.integer(in: 1...4)), &random)
            }
            let ion = FamiliarityLines.elements[random.integer(in: 2...FamiliarityLines.elements.count - 1)]
            add(ion.level, atEV: random.uniform(in: ion.energiesEV), atoms: Double(random.integer(in: 1...2)), &random)
            // What a complex ion has around its centre.
            if random.chance(0.7) {
                let ligand = FamiliarityLines.elements[[1, 1, 3, 3, 5][random.integer(in: 0...4)]]
                add(
                    ligand.level, atEV: random.uniform(in: ligand.energiesEV),
                    atoms: Double(random.integer(in: 2...6)), &random)
            }
        }
        if random.chance(0.25) { components += lines.overlayer(atoms: random.logUniform(in: 0.3...10), &random) }
        return components
    }

    /// sp2 carbon with the tail of its conduction electrons and the loss of its π electrons, beside sp3 and oxidised
    /// carbon in any amounts.
    static func carbonaceous(_ lines: FamiliarityLines, _ random: inout RandomSource) -> [Polymer.Component] {
        let centreEV = random.uniform(in: 283.8...285.2)
        var components = lines.line(
            "C 1s", atEV: centreEV, atoms: 1, fwhmEV: random.uniform(in: 0.4...1.3), &random)
        guard let main = components.first else { return [] }
        components += FamiliarityLines.tail(behind: main, &random)
        var loss = main
        loss.bindingEnergyEV += random.uniform(in: 5...8)
        loss.fwhmEV = random.uniform(in: 1.5...4)
        loss.atoms *= random.logUniform(in: 0.01...0.15)
        components.append(loss)
        if random.chance(0.4) {
            components += lines.line(
                "C 1s", atEV: centreEV + random.uniform(in: 0.4...1.2), atoms: random.logUniform(in: 0.05...1.5),
                fwhmEV: random.uniform(in: 0.9...1.6), &random)
        }
        let oxygen = random.chance(0.6) ? random.logUniform(in: 0.05...1.2) : 0
        if oxygen > 0 {
            for distanceEV in [1.0...2.8, 2.4...4, 3.6...5] where random.chance(0.65) {
                components += lines.line(
                    "C 1s", atEV: centreEV + random.uniform(in: distanceEV),
                    atoms: oxygen * random.uniform(in: 0.1...1),
                    fwhmEV: random.uniform(in: 0.9...1.7), &random)
            }
        }
        components += lines.line(
            "O 1s", atEV: random.uniform(in: 530.5...534.5), atoms: max(oxygen * random.uniform(in: 0.3...1.5), 0.003),
            fwhmEV: random.uniform(in: 1.3...2.4), &random)
        if random.chance(0.2) { components += lines.anyElement(atoms: random.logUniform(in: 0.01...0.2), &random) }
        if random.chance(0.4) { components += lines.overlayer(atoms: random.logUniform(in: 0.03...3), &random) }
        return components
    }
}
