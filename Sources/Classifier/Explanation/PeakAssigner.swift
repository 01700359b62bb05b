import Decomposition
import Glibc
import Spectroscopy
import Synthesis

/// Says which environments of a fit's constituents lie under a peak.
///
/// A peak is assigned only where the fit explains it: where at least half of what was measured above the fitted
/// background is fitted lines.
struct PeakAssigner {
    /// Environments that give less than this part of the strongest one at the peak are not named.
    private static let leastOfStrongest = 0.15
    /// Most environments that are named for a peak.
    private static let most = 3
    /// The part of a peak's height that the fit must explain.
    private static let leastExplained = 0.5

    /// Full width at half maximum of a Gaussian over its standard deviation.
    private static let fwhmOfSigma = 2 * (2 * log(2.0)).squareRoot()

    private struct Line {
        var assignment: Explanation.Assignment
        /// On the scale of shift zero.
        var energyEV: Double
        var fwhmEV: Double
        var area: Double
    }

    private let fit: ConstituentFit
    private let lines: [Line]
    private let shiftEV: Double

    /// The lines of a fit whose shift is `shiftEV`; energies are told on a scale that lies `offsetEV` higher than that of
    /// shift zero.
    init(_ fit: ConstituentFit, library: PolymerLibrary, shiftEV: Double, offsetEV: Double) {
        self.fit = fit
        self.shiftEV = shiftEV
        var lines: [Line] = []
        for (polymer, share) in zip(library.polymers, fit.shares) where share > 0 {
            let atoms = (1 - fit.hydrocarbonShare) * share / LibraryLines.visibleAtoms(of: polymer, in: library)
            for component in polymer.components {
                lines += Self.lines(of: component, constituent: polymer.abbreviation, atoms: atoms, in: library)
            }
        }
        if fit.hydrocarbonShare > 0 { lines += Self.hydrocarbon(share: fit.hydrocarbonShare, in: library) }
        self.lines = lines.map { line in
            var line = line
            line.assignment = Explanation.Assignment(
                constituent: line.assignment.constituent, coreLevel: line.assignment.coreLevel,
                environment: line.assignment.environment, energyEV: line.energyEV + offsetEV)
            return line
        }
    }

    /// The environments under a peak of the measured axis, strongest first.
    func assignments(of peak: Peak) -> [Explanation.Assignment] {
        guard explains(peak) else { return [] }
        let energyEV = peak.energyEV - shiftEV
        let heights = lines.map { line in
            // The peak's own width holds the instrument's; of narrow peaks in noise it is not known well.
            let sigmaEV = max(line.fwhmEV, min(peak.fwhmEV, 2 * line.fwhmEV)) / Self.fwhmOfSigma
            let distance = (line.energyEV - energyEV) / sigmaEV
            return line.area / sigmaEV * exp(-distance * distance / 2)
        }
        guard let strongest = heights.max(), strongest > 0 else { return [] }
        var assignments: [Explanation.Assignment] = []
        for index in heights.indices.sorted(by: { heights[$0] > heights[$1] })
        where heights[index] >= Self.leastOfStrongest * strongest && assignments.count < Self.most {
            let assignment = lines[index].assignment
            if !assignments.contains(assignment) { assignments.append(assignment) }
        }
        return assignments
    }

    /// Whether fitted lines make up most of what stands above the background around the peak's maximum.
    private func explains(_ peak: Peak) -> Bool {
        let observation = fit.observation
        let reachEV = max(peak.fwhmEV / 4, observation.grid.stepEV)
        var (measured, fitted) = (0.0, 0.0)
        for run in observation.runs {
            for position in run.positions
            where abs(observation.energyEV(of: run, at: position) - peak.energyEV) <= reachEV {
                measured += observation.values[position] - fit.background[position]
                fitted += fit.fitted[position] - fit.background[position]
            }
        }
        return fitted > 0 && fitted >= Self.leastExplained * measured
    }

    private static func lines(
        of component: Polymer.Component, constituent: String, atoms: Double, in library: PolymerLibrary
    ) -> [Line] {
        let level = library.coreLevels[component.coreLevel]
        let area = atoms * component.atoms * (component.pseudoCrossSection ?? level?.crossSection ?? 0)
        func line(_ energyEV: Double, share: Double) -> Line {
            Line(
                assignment: .init(
                    constituent: constituent, coreLevel: component.coreLevel, environment: component.environment,
                    energyEV: energyEV),
                energyEV: energyEV, fwhmEV: component.fwhmEV, area: area * share)
        }
        guard let doublet = level?.doublet else { return [line(component.bindingEnergyEV, share: 1)] }
        return [
            line(component.bindingEnergyEV, share: 1 - doublet.highMemberShare),
            line(component.bindingEnergyEV + doublet.splitEV, share: doublet.highMemberShare),
        ]
    }

    private static func hydrocarbon(share: Double, in library: PolymerLibrary) -> [Line] {
        AdventitiousCarbon.environments.map { environment in
            Line(
                assignment: .init(
                    constituent: "hydrocarbon", coreLevel: environment.coreLevel, environment: environment.name,
                    energyEV: environment.energyEV),
                energyEV: environment.energyEV, fwhmEV: environment.fwhmEV,
                area: share * environment.share * (library.coreLevels[environment.coreLevel]?.crossSection ?? 0))
        }
    }
}
