import Foundation
import Synthesis

/// Lines that made-up materials are put together from: the library's core levels, anywhere.
struct FamiliarityLines: Sendable {
    /// The first photoelectron line of each core level, with its place.
    private let models: [String: Polymer.Component]
    /// The core levels, in the order of their names.
    let levels: [String]

    /// Lines like those of a library.
    init(_ library: PolymerLibrary) {
        var first: [String: Polymer.Component] = [:]
        for component in library.polymers.flatMap(\.components) where component.kind == .photoelectron {
            if first[component.coreLevel] == nil { first[component.coreLevel] = component }
        }
        models = first
        levels = first.keys.sorted()
    }

    /// Levels by which an element is recognised, each with the range in which its compounds have it (Moulder et al.,
    /// Handbook of X-ray Photoelectron Spectroscopy, 1992: the element's charts, widened), and its second level.
    static let elements: [(level: String, energiesEV: ClosedRange<Double>, second: String?)] = [
        ("C 1s", 280.5...293, nil), ("O 1s", 528...536, nil), ("N 1s", 395...409, nil), ("F 1s", 683...691, nil),
        ("S 2p", 159.5...171.5, "S 2s"), ("Cl 2p", 196...210, "Cl 2s"), ("P 2p", 127.5...138, "P 2s"),
        ("Si 2p", 97.5...106.5, "Si 2s"), ("Br 3d", 66...76, "Br 3p"), ("Na 2s", 61...66, nil),
    ]

    /// Second levels are left out this often, as where they are not resolved from what surrounds them.
    private static let secondShare = 0.7

    /// A line of a core level; nothing where the library lacks the level.
    func line(
        _ level: String, atEV energyEV: Double, atoms: Double, fwhmEV: Double, _ random: inout RandomSource
    ) -> [Polymer.Component] {
        guard var line = models[level] else { return [] }
        line.bindingEnergyEV = energyEV
        line.atoms = atoms
        line.fwhmEV = fwhmEV
        line.lorentzianFraction = random.uniform(in: 0...0.5)
        return [line]
    }

    /// A line of an element's main level and, mostly, one of its second level, as far away as in the library.
    func element(
        _ level: String, atEV energyEV: Double, atoms: Double, fwhmEV: Double, _ random: inout RandomSource
    ) -> [Polymer.Component] {
        var lines = line(level, atEV: energyEV, atoms: atoms, fwhmEV: fwhmEV, &random)
        let hasSecond = random.chance(Self.secondShare)
        guard hasSecond, let main = models[level],
            let second = Self.elements.first(where: { $0.level == level })?.second, let model = models[second]
        else { return lines }
        let distanceEV = model.bindingEnergyEV - main.bindingEnergyEV
        lines += line(second, atEV: energyEV + distanceEV, atoms: atoms, fwhmEV: fwhmEV + 0.8, &random)
        return lines
    }

    /// An element in a state that is drawn from all it can have.
    func anyElement(atoms: Double, _ random: inout RandomSource) -> [Polymer.Component] {
        let element = Self.elements[random.integer(in: 0...Self.elements.count - 1)]
        return self.element(
            element.level, atEV: random.uniform(in: element.energiesEV), atoms: atoms,
            fwhmEV: random.uniform(in: 0.7...2.2), &random)
    }

    /// A line of an element that the library lacks, single or double, anywhere in the windows.
    func foreignLine(atoms: Double, _ random: inout RandomSource) -> [Polymer.Component] {
        let windows = CoreLevelWindow.all
        let window = windows[random.integer(in: 0...windows.count - 1)]
        // A level of the neighbourhood lends its cross-section.
        let middleEV = (window.lowEV + window.highEV) / 2
        func distanceEV(_ level: String) -> Double { abs((models[level]?.bindingEnergyEV ?? 0) - middleEV) }
        guard let level = levels.min(by: { distanceEV($0) < distanceEV($1) }) else { return [] }
        let energyEV = random.uniform(in: window.lowEV...window.highEV)
        let fwhmEV = random.uniform(in: 0.6...3.0)
        var lines = line(level, atEV: energyEV, atoms: atoms, fwhmEV: fwhmEV, &random)
        if random.chance(0.5) {
            // Spin-orbit partners weigh 1 : 2, 2 : 3 or 3 : 4.
            let share = [0.5, 2.0 / 3, 0.75][random.integer(in: 0...2)]
            let splitEV = random.logUniform(in: 0.5...8)
            lines += line(level, atEV: energyEV + splitEV, atoms: share * atoms, fwhmEV: fwhmEV, &random)
        }
        return lines
    }

    /// The tail that conduction electrons leave behind a line, as a series of ever wider lines.
    ///
    /// Their areas fall with a power of the distance (Doniach and Šunjić, J. Phys. C 3 (1970) 285).
    static func tail(behind line: Polymer.Component, _ random: inout RandomSource) -> [Polymer.Component] {
        let total = random.logUniform(in: 0.08...0.9)
        let ratio = random.uniform(in: 1.6...2.4)
        let reachEV = random.uniform(in: 1.5...9)
        let decay = random.uniform(in: 0...1)
        var distanceEV = random.uniform(in: 0.25...0.8)
        var trailing: [(distanceEV: Double, weight: Double)] = []
        while distanceEV < reachEV {
            trailing.append((distanceEV, pow(distanceEV, -decay)))
            distanceEV *= ratio
        }
        let sum = trailing.reduce(0) { $0 + $1.weight }
        return trailing.map { distanceEV, weight in
            var trail = line
            trail.bindingEnergyEV += distanceEV
            trail.fwhmEV += 0.7 * distanceEV
            trail.atoms *= total * weight / sum
            return trail
        }
    }

    /// Shake-up or plasmon losses of a line.
    static func humps(above line: Polymer.Component, _ random: inout RandomSource) -> [Polymer.Component] {
        (0..<random.integer(in: 1...2)).map { _ in
            var hump = line
            hump.bindingEnergyEV += random.uniform(in: 3...13)
            hump.fwhmEV = random.uniform(in: 1.2...5)
            hump.atoms *= random.logUniform(in: 0.015...0.25)
            return hump
        }
    }

    /// Adventitious carbon of so many atoms: hydrocarbon, C-O, O-C=O and their oxygen.
    func overlayer(atoms: Double, _ random: inout RandomSource) -> [Polymer.Component] {
        let parts = [("C 1s", 285.1, 0.8), ("C 1s", 286.6, 0.1), ("C 1s", 288.9, 0.08), ("O 1s", 532.6, 0.15)]
        return parts.flatMap { level, energyEV, share in
            line(
                level, atEV: energyEV + 0.15 * random.normal(), atoms: atoms * share * exp(0.4 * random.normal()),
                fwhmEV: random.uniform(in: 1.0...1.6), &random)
        }
    }

    /// Puts adventitious carbon on what shows neither carbon nor oxygen: no surface is without.
    func cover(_ components: inout [Polymer.Component], _ random: inout RandomSource) {
        guard !components.contains(where: { ["C 1s", "O 1s"].contains($0.coreLevel) }) else { return }
        let atoms = components.reduce(0) { $0 + $1.atoms }
        components += overlayer(atoms: max(atoms, 1) * random.logUniform(in: 0.1...3), &random)
    }
}
