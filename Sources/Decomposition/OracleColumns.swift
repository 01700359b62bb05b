public import Synthesis

/// What an oracle is told of a synthetic measurement: a column for everything that may be in it, and what lies beneath.
///
/// The lines are either those that were drawn for the spectrum, which nobody can know, or those of the library, which
/// everybody can; shift, background, resolution, gains and shape of the lines are the spectrum's own in both cases.
public struct OracleColumns: Sendable {
    /// One row per polymer: expected counts at every point for one unit of it.
    public let basis: [[Float]]
    /// Rows of what lies on the sample and has no label.
    public let others: [[Float]]
    /// Expected counts of everything else.
    public let background: [Float]
    /// What was counted.
    public let counts: [Float]

    /// The lines as they were drawn for the spectrum, errors of the library included.
    ///
    /// The polymers of the sample are put at their own shifts, which tells a little of who is in it.
    public init(drawnFor measurement: Measurement, from generator: MeasurementGenerator) {
        basis = Self.rows(generator) { generator.basis(for: measurement, polymer: $0, into: &$1) }
        let contamination = generator.contaminationSignal(of: measurement).flatMap { $0 }
        others = contamination.contains { $0 > 0 } ? [contamination] : []
        background = measurement.background.flatMap { $0 }
        counts = measurement.intensities.flatMap { $0 }
    }

    /// The lines as the library has them, all at the sample's mean shift.
    ///
    /// - Parameter contaminants: Substances that may lie on the sample; unless given, those that do.
    public init(
        tabulatedFor measurement: Measurement, from generator: MeasurementGenerator, contaminants: [Int]? = nil
    ) {
        basis = Self.rows(generator) { generator.nominalBasis(for: measurement, polymer: $0, into: &$1) }
        others = (contaminants ?? generator.contaminants(of: measurement)).map { substance in
            generator.basis(
                for: measurement, substance: substance, errors: generator.tabulatedLines(of: substance), shiftEV: 0)
        }
        background = measurement.background.flatMap { $0 }
        counts = measurement.intensities.flatMap { $0 }
    }

    private static func rows(
        _ generator: MeasurementGenerator, render: (_ polymer: Int, _ rows: inout [[Float]]) -> Void
    ) -> [[Float]] {
        var rows: [[Float]] = []
        return generator.library.polymers.indices.map { polymer in
            render(polymer, &rows)
            return rows.flatMap { $0 }
        }
    }
}

extension Oracle {
    /// The oracle's answer with what it is told: the noise of counting alone, no errors of the lines.
    public init(_ columns: OracleColumns) {
        self.init(
            basis: columns.basis, others: columns.others, background: columns.background, counts: columns.counts)
    }
}
