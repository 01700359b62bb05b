/// What a substance gives, and how that changes with the errors of its lines.
package struct LineDerivatives: Sendable {
    /// Expected counts at every point for one unit of the substance.
    package internal(set) var values: [Float]
    /// Their change per eV of a common shift.
    package internal(set) var byShiftEV: [Float]
    /// Their change per share of all lines' own widths.
    package internal(set) var byWidth: [Float]
    /// Their change with one standard deviation of each error that has one and shows in the recorded regions.
    package internal(set) var byError: [(place: Int, values: [Float])] = []
}
