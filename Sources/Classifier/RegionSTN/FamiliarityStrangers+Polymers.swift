import Foundation
import Synthesis

/// Strangers that are made of polymers.
extension FamiliarityStrangers {
    /// A core level of a polymer moves by up to this, in eV.
    private static let levelShiftEV = 2.5
    /// Standard deviation of each line's own movement, in eV.
    private static let lineShiftEV = 0.8

    static func moved(_ components: [Polymer.Component], _ random: inout RandomSource) -> [Polymer.Component] {
        var moved = components
        var shifts: [String: Double] = [:]
        for index in moved.indices {
            let level = moved[index].coreLevel
            let shiftEV = shifts[level] ?? random.uniform(in: -levelShiftEV...levelShiftEV)
            shifts[level] = shiftEV
            moved[index].bindingEnergyEV += shiftEV + random.normal() * lineShiftEV
            moved[index].atoms *= exp(0.5 * random.normal())
            moved[index].fwhmEV *= exp(0.25 * random.normal())
        }
        return moved
    }

    static func foreign(
        _ components: [Polymer.Component], _ lines: FamiliarityLines, _ random: inout RandomSource
    ) -> [Polymer.Component] {
        let atoms = components.reduce(0) { $0 + $1.atoms }
        return (0..<random.integer(in: 1...3)).flatMap { _ -> [Polymer.Component] in
            let amount = atoms * random.logUniform(in: 0.03...0.6)
            return random.chance(0.6)
                ? lines.anyElement(atoms: amount, &random) : lines.foreignLine(atoms: amount, &random)
        }
    }

    static func reshaped(_ components: [Polymer.Component], _ random: inout RandomSource) -> [Polymer.Component] {
        let isNarrow = random.chance(0.3)
        let factor = isNarrow ? random.uniform(in: 0.35...0.7) : random.uniform(in: 1.4...2.6)
        let hasTails = random.chance(0.6)
        let keepsWidth = hasTails && random.chance(0.4)
        return components.flatMap { component -> [Polymer.Component] in
            guard component.coreLevel == "C 1s", component.kind == .photoelectron else { return [component] }
            var line = component
            if !keepsWidth { line.fwhmEV *= factor }
            return [line] + (hasTails ? FamiliarityLines.tail(behind: line, &random) : [])
        }
    }
}
