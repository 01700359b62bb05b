import Spectroscopy
import Synthesis

/// Which recorded energies a functional group can be judged from.
///
/// For every element that a group needs: the lines of that element, any core level, in the polymers that carry the
/// group. The element was recorded when one of these lines, moved by the spectrum's shift, lies inside a recorded
/// window with a margin on either side, so that the line is seen and not only its flank.
struct GroupNeeds: Sendable {
    /// How far inside a window a line's centre must lie, in eV.
    static let marginEV = 1.0

    /// One element a group needs.
    struct Need: Sendable {
        /// The level to record if nothing of the element was, for example "N 1s".
        let coreLevel: String
        /// Binding energies of the element's lines in eV, shift 0, ascending.
        let linesEV: [Double]
    }

    /// The group's name.
    let group: String
    /// Whether the library holds an example of the group; without one no model can know it.
    let isCovered: Bool
    /// What must have been recorded.
    let needs: [Need]

    init(group: FunctionalGroup, library: PolymerLibrary) {
        self.group = group.name
        let carriers =
            library.functionalGroups.firstIndex(of: group.name).map { index in
                library.polymers.filter { $0.labels[index] }
            } ?? []
        isCovered = !carriers.isEmpty
        needs = group.coreLevels.map { level in
            let element = FunctionalGroup.element(ofCoreLevel: level)
            let lines = carriers.flatMap(\.components).filter { component in
                component.kind == .photoelectron && library.coreLevels[component.coreLevel]?.element == element
            }
            return Need(coreLevel: level, linesEV: Set(lines.map(\.bindingEnergyEV)).sorted())
        }
    }

    /// The core levels that were needed and not recorded; empty when the group can be judged.
    func missing(recordedEV: [ClosedRange<Double>], shiftEV: Double) -> [String] {
        needs.filter { need in
            !need.linesEV.contains { line in
                let measured = line + shiftEV
                return recordedEV.contains {
                    $0.lowerBound + Self.marginEV <= measured && measured <= $0.upperBound - Self.marginEV
                }
            }
        }.map(\.coreLevel)
    }
}
