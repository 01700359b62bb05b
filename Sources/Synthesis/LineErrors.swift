/// How a substance's lines differ from their tabulation, each error in standard deviations of what is drawn for it.
///
/// All zero are the tabulated lines. Kept as one vector, so that a fit may treat the errors alike.
package struct LineErrors: Sendable, Hashable {
    /// The factor on shake-up, then energy, width and amount of each line.
    package var deviations: [Double]

    /// The place of the factor on shake-up among the deviations.
    static let shakeUp = 0

    /// No error on so many lines.
    init(lines: Int) {
        deviations = [Double](repeating: 0, count: 1 + 3 * lines)
    }

    /// The places of a line's energy, width and amount.
    static func energy(_ line: Int) -> Int { 1 + 3 * line }
    static func width(_ line: Int) -> Int { 2 + 3 * line }
    static func amount(_ line: Int) -> Int { 3 + 3 * line }
}
