/// Peaks of surveys that no line of the detected elements explains: a hint that an element was not looked for.
struct UnexplainedPeaks {
    /// A hint is only given where it is beyond doubt.
    static let leastSignificance = 10.0
    /// Survey lines are broad, by pass energy and step.
    static let widestFWHMEV = 8.0
    /// Peaks that are named, the most significant ones.
    static let limit = 6

    let remarks: [String]

    init(besides lines: [LineAssignment.Line], shiftEV: Double) {
        let surveys = Set(lines.filter(\.sharesItsRegion).map(\.region))
        remarks = surveys.compactMap { Self.remark(on: $0, lines: lines, shiftEV: shiftEV) }.sorted()
    }

    private static func remark(on survey: Region, lines: [LineAssignment.Line], shiftEV: Double) -> String? {
        let table = CrossSectionTable.standard
        let explained = lines.flatMap { line in
            table.lines(of: line.line.element).map { other in
                let energiesEV = table.bindingEnergiesEV(of: other)
                return energiesEV.lowerBound + shiftEV - LineAssignment.marginBelowEV...energiesEV.upperBound + shiftEV
                    + LineAssignment.marginAboveEV
            }
        }
        let peaks = PeakFinder(widestFWHMEV: widestFWHMEV).peaks(in: survey)
            .filter { peak in
                peak.significance >= leastSignificance && !explained.contains { $0.contains(peak.energyEV) }
            }
            .sorted { $0.significance > $1.significance }
            .prefix(limit)
        guard !peaks.isEmpty else { return nil }
        let energies = peaks.map { "\(Int(($0.energyEV - shiftEV).rounded()))" }.joined(separator: ", ")
        return
            "\(survey.name) has peaks at \(energies) eV that are no core level of the detected elements: Auger lines, or "
            + "elements that were not looked for, without which the percentages are too high"
    }
}
