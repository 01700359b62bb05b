import Spectroscopy

/// The polymers' noise-free spectra, each of unit area over the grid, on the grid extended at both ends.
///
/// The extension is what lets a shift be read at an offset: what moves into the window at one end is what really lies
/// beyond it, never a fill of zeros that would tell where the data ended.
struct ReferenceSpectra: Sendable {
    /// Points that the rows extend beyond the grid at each end.
    let padding: Int
    /// Points of a row.
    let stride: Int
    /// `[polymer, padding + grid + padding]`, intensity per eV.
    let rows: [Float]
    /// Of each row, the stretches outside of which it is zero: core levels are few, and nothing lies between them.
    let runs: [[Range<Int>]]
    /// `[polymer, 2 padding + 1]`: area (intensity times step) of the grid-long window that starts at each offset.
    let windowAreas: [Double]

    /// Intensities below this share of a line's maximum are zero: far under the resolution of a `Float`, so no network
    /// can see where they end, and out of the way of subnormal numbers, which processors handle slowly.
    private static let negligible = 1e-18

    init(library: PolymerLibrary, grid: EnergyGrid, padding: Int) {
        let count = grid.count + 2 * padding
        let startEV = grid.startEV - Double(padding) * grid.stepEV
        let rows = library.polymers.lazy.map { polymer in
            Self.row(of: polymer, library: library, startEV: startEV, stepEV: grid.stepEV, count: count)
        }
        self.init(rows, grid: grid, padding: padding)
    }

    /// The spectra of a library on the standard grid.
    ///
    /// - Precondition: `padding` is at most `SpectralLibrary.margin`.
    init(spectra: SpectralLibrary, padding: Int) {
        precondition(padding <= SpectralLibrary.margin, "the spectra reach no farther")
        let grid = EnergyGrid.standard
        let rows = spectra.entries.indices.lazy.map { entry in
            let start = entry * SpectralLibrary.grid.count + SpectralLibrary.margin - padding
            return spectra.rows[start..<start + grid.count + 2 * padding].map { Double($0) }
        }
        self.init(rows, grid: grid, padding: padding)
    }

    /// Rows on the extended grid, brought to unit area.
    private init(_ unscaled: some Collection<[Double]>, grid: EnergyGrid, padding: Int) {
        self.padding = padding
        stride = grid.count + 2 * padding
        var rows: [Float] = []
        rows.reserveCapacity(unscaled.count * stride)
        var areas: [Double] = []
        for row in unscaled {
            let area = row[padding..<padding + grid.count].reduce(0, +) * grid.stepEV
            let unit = row.map { Float($0 / area) }
            rows += unit
            var window = unit[0..<grid.count].reduce(0) { $0 + Double($1) }
            areas.append(window * grid.stepEV)
            for offset in 0..<2 * padding {
                window += Double(unit[offset + grid.count]) - Double(unit[offset])
                areas.append(window * grid.stepEV)
            }
        }
        self.rows = rows
        windowAreas = areas
        runs = (0..<unscaled.count).map { [stride] in Self.runs(of: rows[$0 * stride..<($0 + 1) * stride]) }
    }

    /// Where a row is other than zero; gaps too short to be worth a start are bridged.
    private static func runs(of row: ArraySlice<Float>) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for (index, value) in row.enumerated() where value != 0 {
            if let last = runs.last, index - last.upperBound < 8 {
                runs[runs.count - 1] = last.lowerBound..<index + 1
            } else {
                runs.append(index..<index + 1)
            }
        }
        return runs
    }

    /// Sum of all lines: area of a component = atoms x cross-section (x share within a doublet).
    private static func row(
        of polymer: Polymer, library: PolymerLibrary, startEV: Double, stepEV: Double, count: Int
    ) -> [Double] {
        var row = [Double](repeating: 0, count: count)
        func add(area: Double, centreEV: Double, component: Polymer.Component) {
            let line = LineShape(
                centreEV: centreEV, fwhmEV: component.fwhmEV, lorentzianFraction: component.lorentzianFraction)
            let threshold = line.density(atEV: centreEV) * negligible
            for index in row.indices {
                let value = line.density(atEV: startEV + Double(index) * stepEV)
                if value > threshold { row[index] += area * value }
            }
        }
        for component in polymer.components {
            let level = library.coreLevels[component.coreLevel]
            let area = component.atoms * (component.pseudoCrossSection ?? level?.crossSection ?? 0)
            let high = level?.doublet?.highMemberShare ?? 0
            add(area: area * (1 - high), centreEV: component.bindingEnergyEV, component: component)
            if let doublet = level?.doublet {
                add(area: area * high, centreEV: component.bindingEnergyEV + doublet.splitEV, component: component)
            }
        }
        return row
    }
}
