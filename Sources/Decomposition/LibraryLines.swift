import Glibc
public import Spectroscopy
public import Synthesis

/// The nominal spectra of a library's polymers, ready to be read at any shift in steps of 0.02 eV.
///
/// A spectrum is the sum of its components, area = atoms x cross-section (x share within a doublet) x relative
/// sensitivity, divided by the repeat unit's visible atoms (all but hydrogen): so amounts are shares of atoms. Each line
/// is tabulated on the grid's cells at five sub-steps, within the reach where it is not negligible.
public struct LibraryLines: Sendable {
    /// Sub-steps of a cell at which lines are tabulated.
    public static let subSteps = 5
    /// A line is cut where it falls below this share of its maximum.
    private static let negligible = 1e-9

    /// What is tabulated beside the polymers, and how lines of different energies compare.
    public struct Options: Sendable, Hashable {
        /// Whether a column of adventitious hydrocarbon follows the polymers.
        public var hasHydrocarbon: Bool
        /// Exponent n of the relative sensitivity (KE / KE of C 1s)ⁿ with which attenuation length and transmission
        /// weigh an area; 0 for the bare cross-sections.
        public var sensitivityExponent: Double
        /// Huang-Rhys factor per hydrogen atom of a carbon atom, with which quanta of the C-H stretch make its line
        /// asymmetric; 0 for symmetric lines.
        public var vibronicFactor: Double

        /// The bare library: cross-sections alone, polymers alone, symmetric lines.
        public static let bare = Options(hasHydrocarbon: false, sensitivityExponent: 0, vibronicFactor: 0)
        /// What is measured: hydrocarbon may lie on top, C-H carbon has its vibrations; KE^0.75 of the attenuation
        /// length and KE^-0.7 of a fixed pass energy's transmission all but cancel.
        public static let measured = Options(hasHydrocarbon: true, sensitivityExponent: 0.05, vibronicFactor: 0.12)

        /// Chosen options.
        public init(hasHydrocarbon: Bool, sensitivityExponent: Double, vibronicFactor: Double) {
            self.hasHydrocarbon = hasHydrocarbon
            self.sensitivityExponent = sensitivityExponent
            self.vibronicFactor = vibronicFactor
        }
    }

    /// One constituent's line, or lines that overlap, on neighbouring cells.
    struct Segment: Sendable {
        let constituent: Int
        let firstCell: Int
        let count: Int
        /// Where sub-step 0 begins in `table`; the others follow, `count` values each.
        let start: Int
    }

    /// Columns: the polymers in the library's order, then the hydrocarbon if there is one.
    public let constituents: Int
    /// How many of the columns are polymers.
    public let polymers: Int
    /// The grid of the cells.
    public let grid: EnergyGrid
    /// What is added to the nominal variance of the lines, in eV².
    public let addedVarianceEV2: Double
    let segments: [Segment]
    let table: [Double]

    /// Tabulates a library's lines.
    public init(
        library: PolymerLibrary, width: LineWidth = .nominal, options: Options = .bare,
        grid: EnergyGrid = .standard
    ) {
        self.init(library: library, width: width, reach: width, options: options, grid: grid)
    }

    /// The same lines at several widths, on the same segments so that they can be blended.
    public static func family(
        library: PolymerLibrary, widths: [LineWidth], options: Options = .bare, grid: EnergyGrid = .standard
    ) -> [LibraryLines] {
        let sorted = widths.sorted { $0.addedVarianceEV2 < $1.addedVarianceEV2 }
        guard let widest = sorted.last else { return [] }
        return sorted.map {
            LibraryLines(library: library, width: $0, reach: widest, options: options, grid: grid)
        }
    }

    private init(
        library: PolymerLibrary, width: LineWidth, reach: LineWidth, options: Options, grid: EnergyGrid
    ) {
        var segments: [Segment] = []
        var table: [Double] = []
        var lines = library.polymers.map { Self.lines(of: $0, in: library, options: options) }
        polymers = lines.count
        if options.hasHydrocarbon { lines.append(Self.hydrocarbon(in: library, options: options)) }
        for (constituent, lines) in lines.enumerated() {
            for cluster in Self.clusters(lines, reach: reach, grid: grid) {
                segments.append(
                    Segment(
                        constituent: constituent, firstCell: cluster.cells.lowerBound, count: cluster.cells.count,
                        start: table.count))
                Self.tabulate(cluster.lines, width: width, cells: cluster.cells, grid: grid, into: &table)
            }
        }
        constituents = lines.count
        self.grid = grid
        addedVarianceEV2 = width.addedVarianceEV2
        self.segments = segments
        self.table = table
    }

    private init(blending low: LibraryLines, with high: LibraryLines, share: Double) {
        constituents = low.constituents
        polymers = low.polymers
        grid = low.grid
        addedVarianceEV2 = low.addedVarianceEV2 + share * (high.addedVarianceEV2 - low.addedVarianceEV2)
        segments = low.segments
        table = zip(low.table, high.table).map { $0 + share * ($1 - $0) }
    }

    /// Lines of a width between two members of a family: to first order a line is linear in its variance.
    public func blended(with other: LibraryLines, share: Double) -> LibraryLines {
        precondition(table.count == other.table.count, "only members of one family can be blended")
        return LibraryLines(blending: self, with: other, share: share)
    }
}

extension LibraryLines {
    private struct Line {
        var centreEV: Double
        var fwhmEV: Double
        var lorentzianFraction: Double
        var area: Double

        func reachEV(_ width: LineWidth) -> Double {
            // The Gaussian factor alone ends a product line: exp(-4 ln2 (1 - m) x²/F²) = negligible.
            let fwhmEV = width.fwhmEV(nominalEV: fwhmEV)
            let gaussian = max(1 - lorentzianFraction, 0.1)
            return fwhmEV * (-log(negligible) / (4 * log(2) * gaussian)).squareRoot() + 2 * width.broadeningEV
        }
    }

    private static func lines(of polymer: Polymer, in library: PolymerLibrary, options: Options) -> [Line] {
        let visible = visibleAtoms(of: polymer, in: library)
        return polymer.components.flatMap { component in
            let level = library.coreLevels[component.coreLevel]
            let crossSection = component.pseudoCrossSection ?? level?.crossSection ?? 0
            let area = component.atoms * crossSection / visible
            return vibrations(of: component, options: options).flatMap { vibration in
                members(
                    of: level, centreEV: component.bindingEnergyEV + vibration.offsetEV, fwhmEV: component.fwhmEV,
                    lorentzianFraction: component.lorentzianFraction, area: area * vibration.share, options: options)
            }
        }
    }

    /// C-H stretches that photoemission from C 1s excites: 0.4 eV each, as many as a Poisson distribution says.
    ///
    /// The line without any lies at the listed energy (Beamson, Clark, Kendrick and Briggs, Journal of Electron
    /// Spectroscopy 57, 1991, 79).
    private static func vibrations(
        of component: Polymer.Component, options: Options
    ) -> [(offsetEV: Double, share: Double)] {
        guard options.vibronicFactor > 0, component.coreLevel == "C 1s", component.kind == .photoelectron,
            let hydrogens = component.hydrogensPerCarbon, hydrogens > 0
        else { return [(0, 1)] }
        // Beyond 0.45 the listed energy would no longer be that of the maximum.
        let factor = min(options.vibronicFactor * hydrogens, 0.45)
        let shares = [1, factor, factor * factor / 2, factor * factor * factor / 6]
        let total = shares.reduce(0, +)
        return shares.enumerated().map { (0.4 * Double($0.offset), $0.element / total) }
    }

    private static func members(
        of level: CoreLevel?, centreEV: Double, fwhmEV: Double, lorentzianFraction: Double, area: Double,
        options: Options
    ) -> [Line] {
        func line(_ centreEV: Double, _ area: Double) -> Line {
            Line(
                centreEV: centreEV, fwhmEV: fwhmEV, lorentzianFraction: lorentzianFraction,
                area: area * sensitivity(atEV: centreEV, exponent: options.sensitivityExponent))
        }
        guard let doublet = level?.doublet else { return [line(centreEV, area)] }
        return [
            line(centreEV, area * (1 - doublet.highMemberShare)),
            line(centreEV + doublet.splitEV, area * doublet.highMemberShare),
        ]
    }

    /// Relative sensitivity at a binding energy under Al Kα (1486.6 eV), 1 at C 1s.
    private static func sensitivity(atEV bindingEnergyEV: Double, exponent: Double) -> Double {
        guard exponent != 0 else { return 1 }
        return pow((1486.6 - bindingEnergyEV) / (1486.6 - 285.1), exponent)
    }

    /// Atoms of a repeat unit that photoemission sees: all but hydrogen, each element by the core level that lists most.
    package static func visibleAtoms(of polymer: Polymer, in library: PolymerLibrary) -> Double {
        var perLevel: [String: Double] = [:]
        for component in polymer.components where component.kind == .photoelectron {
            perLevel[component.coreLevel, default: 0] += component.atoms
        }
        var perElement: [String: Double] = [:]
        for (name, atoms) in perLevel {
            guard let element = library.coreLevels[name]?.element else { continue }
            perElement[element] = max(perElement[element] ?? 0, atoms)
        }
        return max(perElement.values.reduce(0, +), .leastNormalMagnitude)
    }

    private static func hydrocarbon(in library: PolymerLibrary, options: Options) -> [Line] {
        AdventitiousCarbon.environments.flatMap { environment in
            let level = library.coreLevels[environment.coreLevel]
            return members(
                of: level, centreEV: environment.energyEV, fwhmEV: environment.fwhmEV, lorentzianFraction: 0.15,
                area: environment.share * (level?.crossSection ?? 0), options: options)
        }
    }

    /// Lines that overlap, and the cells they reach, one more to each side for the sub-steps.
    private static func clusters(
        _ lines: [Line], reach: LineWidth, grid: EnergyGrid
    ) -> [(lines: [Line], cells: Range<Int>)] {
        var clusters: [(lines: [Line], cells: Range<Int>)] = []
        for line in lines.sorted(by: { $0.centreEV - $0.reachEV(reach) < $1.centreEV - $1.reachEV(reach) }) {
            let reachEV = line.reachEV(reach)
            let low = Int(grid.position(ofEV: line.centreEV - reachEV).rounded(.down)) - 1
            let high = Int(grid.position(ofEV: line.centreEV + reachEV).rounded(.up)) + 2
            if let last = clusters.last, low < last.cells.upperBound {
                clusters[clusters.count - 1].lines.append(line)
                clusters[clusters.count - 1].cells = last.cells.lowerBound..<max(last.cells.upperBound, high)
            } else {
                clusters.append(([line], low..<high))
            }
        }
        return clusters
    }

    /// Sub-step k holds the lines as they lie k/5 of a cell higher.
    private static func tabulate(
        _ lines: [Line], width: LineWidth, cells: Range<Int>, grid: EnergyGrid, into table: inout [Double]
    ) {
        // A narrow Gaussian acts as three points that have its first five moments (Gauss and Hermite).
        let nodeEV = 3.0.squareRoot() * width.broadeningEV
        let nodes: [(offsetEV: Double, weight: Double)] =
            nodeEV > 0 ? [(-nodeEV, 1.0 / 6), (0, 2.0 / 3), (nodeEV, 1.0 / 6)] : [(0, 1)]
        let shapes = lines.map { line in
            LineShape(
                centreEV: line.centreEV, fwhmEV: width.fwhmEV(nominalEV: line.fwhmEV),
                lorentzianFraction: line.lorentzianFraction)
        }
        for step in 0..<subSteps {
            let shiftEV = Double(step) * grid.stepEV / Double(subSteps)
            for cell in cells {
                let energyEV = grid.energyEV(at: cell) - shiftEV
                var value = 0.0
                for (line, shape) in zip(lines, shapes) where abs(energyEV - line.centreEV) < 20 {
                    for node in nodes {
                        value += line.area * node.weight * shape.density(atEV: energyEV + node.offsetEV)
                    }
                }
                table.append(value)
            }
        }
    }
}
