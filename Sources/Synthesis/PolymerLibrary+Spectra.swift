public import Spectroscopy

extension PolymerLibrary {
    /// The polymers' noise-free spectra at shift zero, of unit area over the grid: rows [polymers, grid.count].
    public func referenceSpectra(grid: EnergyGrid = .standard) -> [Float] {
        ReferenceSpectra(library: self, grid: grid, padding: 0).rows
    }
}
