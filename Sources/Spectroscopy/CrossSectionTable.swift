import Glibc

/// Photoionisation cross-sections of the core levels of lithium to bismuth between 300 and 10,000 eV.
///
/// The values are Scofield's (J. Electron Spectrosc. 8 (1976) 129), recomputed with xraylib; how, and what is left
/// out, is said in `deploy/generate-cross-sections.py`. Between the energies of the table a cubic in the logarithms
/// repeats xraylib to 0.3 % (99 of 100 subshells; levels that are too weak to measure deviate more).
public struct CrossSectionTable: Sendable {
    /// One subshell: a member of a doublet, or an s level.
    struct Subshell: Sendable {
        let element: String
        let orbital: String
        let member: String?
        let bindingEnergyEV: Double
        /// Natural logarithm of the cross-section in kilobarn at each of ``photonEnergiesEV``.
        let logarithms: [Double?]
    }

    /// The table.
    public static let standard = CrossSectionTable([liToZn, gaToAg, cdToNd, pmToTa, wToBi])
    /// Al Kα, which the reference spectra of the field are recorded with.
    public static let aluminiumEV = 1486.6

    /// The energies of the columns.
    static let photonEnergiesEV: [Double] = [
        300, 365, 445, 540, 660, 820, 1020, 1253.6, 1486.6, 1900, 2500, 3300, 4500, 6600, 10000,
    ]

    /// Symbols of the elements.
    public let elements: Set<String>
    private let subshellsOfElement: [String: [Subshell]]

    private init(_ texts: [String]) {
        var subshells: [String: [Subshell]] = [:]
        for text in texts {
            for line in text.split(separator: "\n") {
                let fields = line.split(separator: " ")
                let subshell = Subshell(fields)
                precondition(subshell != nil, "the table of cross-sections is damaged at \(line)")
                if let subshell { subshells[subshell.element, default: []].append(subshell) }
            }
        }
        subshellsOfElement = subshells
        elements = Set(subshells.keys)
    }

    /// The lines of an element, whole levels, by descending binding energy.
    public func lines(of element: String) -> [PhotoelectronLine] {
        var orbitals: [String] = []
        for subshell in subshellsOfElement[element, default: []] where !orbitals.contains(subshell.orbital) {
            orbitals.append(subshell.orbital)
        }
        return orbitals.compactMap { PhotoelectronLine(element: element, orbital: $0) }
    }

    /// Binding energies of a line's members, lowest to highest, of the element or a common compound.
    ///
    /// They are known to an electronvolt or two: good to find a line, not to assign a chemical state.
    public func bindingEnergiesEV(of line: PhotoelectronLine) -> ClosedRange<Double> {
        let energiesEV = subshells(of: line).map(\.bindingEnergyEV)
        guard let low = energiesEV.min(), let high = energiesEV.max() else { return 0...0 }
        return low...high
    }

    /// Cross-section of a line with all its electrons, in kilobarn; nil where the photon energy is outside the table or
    /// less than 120 eV above the line's edge, where no interpolation holds.
    public func kilobarn(of line: PhotoelectronLine, photonEnergyEV: Double) -> Double? {
        var sum = 0.0
        for subshell in subshells(of: line) {
            guard let value = subshell.kilobarn(photonEnergyEV: photonEnergyEV) else { return nil }
            sum += value
        }
        return sum > 0 ? sum : nil
    }

    /// How a line's cross-section under other photons compares with that under Al Kα; nil as
    /// ``kilobarn(of:photonEnergyEV:)``.
    public func relativeToAluminium(_ line: PhotoelectronLine, photonEnergyEV: Double) -> Double? {
        guard let own = kilobarn(of: line, photonEnergyEV: photonEnergyEV),
            let aluminium = kilobarn(of: line, photonEnergyEV: Self.aluminiumEV)
        else { return nil }
        return own / aluminium
    }

    /// The subshells that a line is made of.
    func subshells(of line: PhotoelectronLine) -> [Subshell] {
        subshellsOfElement[line.element, default: []].filter {
            $0.orbital == line.orbital && (line.member == nil || $0.member == line.member)
        }
    }
}

extension CrossSectionTable.Subshell {
    fileprivate init?(_ fields: [Substring]) {
        let columns = CrossSectionTable.photonEnergiesEV.count
        guard fields.count == 3 + columns, let bindingEnergyEV = Double(fields[2]) else { return nil }
        element = String(fields[0])
        orbital = String(fields[1].prefix(2))
        member = fields[1].count > 2 ? String(fields[1].dropFirst(2)) : nil
        self.bindingEnergyEV = bindingEnergyEV
        logarithms = fields.dropFirst(3).map { Double($0).map { log($0) } }
    }

    /// Lagrange's cubic through the four columns around the energy, in the logarithms of energy and cross-section.
    fileprivate func kilobarn(photonEnergyEV: Double) -> Double? {
        let grid = CrossSectionTable.photonEnergiesEV
        guard let last = grid.lastIndex(where: { $0 <= photonEnergyEV }) else { return nil }
        if grid[last] == photonEnergyEV { return logarithms[last].map { exp($0) } }
        guard last + 1 < grid.count, logarithms[last] != nil, logarithms[last + 1] != nil else { return nil }
        let columns = (max(last - 1, 0)...min(last + 2, grid.count - 1)).filter { logarithms[$0] != nil }
        let position = log(photonEnergyEV)
        var sum = 0.0
        for column in columns {
            guard var term = logarithms[column] else { continue }
            for other in columns where other != column {
                term *= (position - log(grid[other])) / (log(grid[column]) - log(grid[other]))
            }
            sum += term
        }
        return exp(sum)
    }
}
