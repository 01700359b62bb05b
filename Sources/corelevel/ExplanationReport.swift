import Classifier
import Foundation
import Spectroscopy

/// The explanation of one spectrum's answer, as lines for people and as the JSON member `explanation`.
struct ExplanationReport {
    private let result: Result<Explanation, ExplanationError>

    /// Explains what a model answered to a spectrum.
    init(of spectrum: Spectrum, analysis: Analysis, by explainer: Explainer) {
        result = Result { () throws(ExplanationError) in try explainer.explain(spectrum, analysis: analysis) }
    }

    /// Appends the member to an open object.
    func appendMember(to text: inout JSONText) {
        text.key("explanation")
        text.openObject()
        switch result {
        case .failure(let error):
            text.key("error")
            text.string("\(error)")
        case .success(let explanation):
            explanation.appendMembers(to: &text)
        }
        text.closeObject()
    }

    /// Prints the explanation, indented below its spectrum.
    func print() {
        for line in lines { Swift.print("    " + line) }
    }

    private var lines: [String] {
        switch result {
        case .failure(let error): ["explanation: \(error)"]
        case .success(let explanation):
            explanation.groups.map(Self.line) + Self.lines(explanation.fit) + Self.lines(explanation.peaks)
                + explanation.contaminants.map(Self.line)
        }
    }

    private static func line(_ group: Explanation.Group) -> String {
        guard !group.windows.isEmpty else {
            return "\(group.name): no stretch of the spectrum carries it by itself"
        }
        let windows = group.windows.map { window in
            String(format: "%.1f to %.1f eV", window.rangeEV.lowerBound, window.rangeEV.upperBound)
                + " (\(window.coreLevel), \(percent(window.share)))"
        }
        return "\(group.name): rests on " + windows.joined(separator: ", ")
            + String(
                format: "; of its one reading %.2f, without these %.2f", group.probability, group.probabilityWithout)
    }

    private static func lines(_ fit: Explanation.Fit) -> [String] {
        var parts = fit.constituents.map { "\($0.abbreviation) \(percent($0.share))" }
        if fit.hydrocarbonShare >= 0.005 { parts.append("and hydrocarbon \(percent(fit.hydrocarbonShare)) on top") }
        let errors = fit.knowsNoise ? "" : " (errors estimated from the scatter)"
        return ["fit by members of the library, not an identification: \(parts.joined(separator: ", "))\(errors)"]
            + fit.regions.map { region in
                "  \(region.name): reduced chi-square "
                    + String(
                        format: "%.2f, furthest off at %.1f eV (%+.1f sigma)", region.reducedChiSquare,
                        region.worstEV, region.worstSigma)
            }
    }

    private static func lines(_ peaks: [Explanation.AssignedPeak]) -> [String] {
        guard !peaks.isEmpty else { return ["no peak stands out of the noise"] }
        let width = peaks.map(\.region.count).max() ?? 0
        return ["peaks: region, measured, corrected eV, width, significance, environments of the fit"]
            + peaks.map { peak in
                let environments = peak.assignments.map {
                    "\($0.constituent) \($0.coreLevel) \($0.environment) " + String(format: "%.1f", $0.energyEV)
                }
                return "  " + peak.region.padding(toLength: width, withPad: " ", startingAt: 0)
                    + String(
                        format: "%8.2f %8.2f %5.1f %6.0f  ", peak.peak.energyEV, peak.correctedEV,
                        peak.peak.fwhmEV, peak.peak.significance)
                    + (environments.isEmpty ? "unassigned" : environments.joined(separator: "; "))
            }
    }

    private static func line(_ contaminant: Explanation.Contaminant) -> String {
        let reasons = contaminant.reasons.joined(separator: "; ")
        let name = "contamination by \(contaminant.kind.rawValue)"
        return switch contaminant.verdict {
        case .likely: "\(name) is likely: \(reasons)"
        case .possible: "\(name) is possible: \(reasons)"
        case .notSeen: reasons.isEmpty ? "\(name): none seen" : "\(name): none seen; \(reasons)"
        case .notRecorded: "\(name): not known, \(reasons)"
        }
    }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
