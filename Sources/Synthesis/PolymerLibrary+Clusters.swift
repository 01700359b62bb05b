import Spectroscopy

extension PolymerLibrary {
    /// Cosine of two nominal spectra above which their polymers are near-identical.
    ///
    /// Two lines of 1 eV width that lie 0.1 eV apart, the uncertainty of a good entry, have a cosine of 0.986: above
    /// this bound a difference is within what the library is sure of.
    public static let nearIdentity = 0.985

    /// Groups of near-identical polymers, for tests that leave materials out: a twin that stays would give the answer
    /// away.
    ///
    /// Two polymers belong together where the cosine of their nominal spectra (lines as the library has them, unit
    /// length, on the standard grid) exceeds the bound, and so does whatever is chained to them. Identical component
    /// sets have a cosine of 1 and are always together.
    ///
    /// - Parameter similarity: The bound, below 1.
    /// - Returns: Indices into `polymers`; every polymer in one group, groups and members ascending.
    public func clusters(similarity: Double = nearIdentity) -> [[Int]] {
        precondition(similarity < 1, "identical polymers have a similarity of 1, which rounding may miss")
        let spectra = ReferenceSpectra(library: self, grid: .standard, padding: 0)
        let rows = polymers.indices.map { polymer in
            Self.unitLength(spectra.rows[polymer * spectra.stride..<(polymer + 1) * spectra.stride])
        }
        var leaders = Array(polymers.indices)
        for first in polymers.indices {
            for second in 0..<first where leaders[second] != leaders[first] {
                guard Self.product(rows[first], rows[second]) > similarity else { continue }
                let (kept, joined) = (min(leaders[first], leaders[second]), max(leaders[first], leaders[second]))
                for polymer in leaders.indices where leaders[polymer] == joined { leaders[polymer] = kept }
            }
        }
        return Dictionary(grouping: polymers.indices) { leaders[$0] }.values.sorted { $0[0] < $1[0] }
    }

    private static func unitLength(_ row: ArraySlice<Float>) -> [Float] {
        let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return row.map { $0 / length }
    }

    private static func product(_ first: [Float], _ second: [Float]) -> Double {
        var sum: Double = 0
        for index in first.indices { sum += Double(first[index] * second[index]) }
        return sum
    }
}
