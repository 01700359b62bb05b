/// A uniform binding-energy grid on which spectra of every instrument become comparable.
///
/// Cell `j` is centred at `startEV + j · stepEV` and reaches half a step to either side.
public struct EnergyGrid: Sendable, Hashable {
    /// Binding energy of the first cell's centre.
    public let startEV: Double
    /// Width of a cell.
    public let stepEV: Double
    /// Number of cells.
    public let count: Int

    /// The grid of the networks: 40 to 700 eV in 6,601 cells of 0.1 eV.
    public static let standard = EnergyGrid(startEV: 40, stepEV: 0.1, count: 6601)

    /// Creates a grid of ascending binding energy.
    public init(startEV: Double, stepEV: Double, count: Int) {
        precondition(stepEV > 0 && count > 0, "a grid needs a positive step and at least one cell")
        self.startEV = startEV
        self.stepEV = stepEV
        self.count = count
    }

    /// Binding energy of the last cell's centre.
    public var endEV: Double { energyEV(at: count - 1) }

    /// Binding energy of a cell's centre.
    public func energyEV(at cell: Int) -> Double {
        startEV + Double(cell) * stepEV
    }

    /// Where a binding energy lies, in cells: `j` at the centre of cell `j`, `j ± 0.5` at its edges.
    public func position(ofEV energyEV: Double) -> Double {
        (energyEV - startEV) / stepEV
    }

    /// The cell that holds a binding energy, or nil outside the grid.
    public func cell(ofEV energyEV: Double) -> Int? {
        let position = position(ofEV: energyEV).rounded()
        guard position >= 0, position < Double(count) else { return nil }
        return Int(position)
    }
}
