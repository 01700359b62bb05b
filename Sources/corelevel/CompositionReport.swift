import Classifier
import Foundation
import Spectroscopy

/// The composition of one spectrum, as a table for people and as the JSON member `composition`.
struct CompositionReport {
    private let shiftEV: Double?
    private let result: Result<Quantification, QuantificationError>

    /// Quantifies a spectrum, with the windows moved by the shift that was found; 0 where none was.
    init(of spectrum: Spectrum, shiftEV: Double?, options: QuantificationOptions) {
        self.shiftEV = shiftEV
        result = Result { () throws(QuantificationError) in
            try Quantification(of: spectrum, shiftEV: shiftEV ?? 0, options: options)
        }
    }

    private var assumptions: [String] {
        guard case .success(let quantification) = result else { return [] }
        return quantification.assumptions + (shiftEV == nil ? ["the shift is not known; it is taken as 0 eV"] : [])
    }

    /// Appends the member to an open object.
    func appendMember(to text: inout JSONText) {
        text.key("composition")
        text.openObject()
        text.key("shift_eV")
        text.number(shiftEV ?? 0, decimals: 3)
        switch result {
        case .failure(let error):
            text.key("error")
            text.string("\(error)")
        case .success(let quantification):
            text.key("elements")
            text.openArray()
            for component in quantification.components { Self.append(component, to: &text) }
            text.closeArray()
            text.key("omissions")
            text.openArray()
            for omission in quantification.omissions {
                text.openObject()
                text.key("subject")
                text.string(omission.subject)
                text.key("reason")
                text.string(omission.reason)
                text.closeObject()
            }
            text.closeArray()
            text.key("assumptions")
            text.openArray()
            for assumption in assumptions { text.string(assumption) }
            text.closeArray()
            text.key("remarks")
            text.openArray()
            for remark in quantification.remarks { text.string(remark) }
            text.closeArray()
        }
        text.closeObject()
    }

    private static func append(_ component: Quantification.Component, to text: inout JSONText) {
        text.openObject()
        text.key("element")
        text.string(component.element)
        text.key("line")
        text.string(component.line.description)
        text.key("region")
        text.string(component.region)
        text.key("limits_eV")
        text.openArray()
        text.number(component.limitsEV.lowerBound, decimals: 3)
        text.number(component.limitsEV.upperBound, decimals: 3)
        text.closeArray()
        var numbers: [(key: String, value: Double?)] = [
            ("area", component.area), ("area_sigma", component.areaSigma),
            ("cross_section", component.sensitivity.crossSection), ("angular_factor", component.sensitivity.angular),
            ("attenuation", component.sensitivity.attenuation), ("transmission", component.sensitivity.transmission),
            ("sensitivity", component.sensitivity.product), ("atomic_percent", component.atomicPercent),
        ]
        if let uncertainty = component.uncertainty {
            numbers += [
                ("sigma", uncertainty.total), ("sigma_counting", uncertainty.counting),
                ("sigma_background", uncertainty.background), ("sigma_transmission", uncertainty.transmission),
            ]
        }
        numbers.append(("detection_limit_percent", component.detectionLimitPercent))
        for (key, value) in numbers {
            guard let value else { continue }
            text.key(key)
            text.number(value, decimals: 4)
        }
        text.closeObject()
    }

    /// Prints the table, indented below its spectrum.
    func print() {
        switch result {
        case .failure(let error):
            Swift.print("    composition: \(error)")
        case .success(let quantification):
            Swift.print("    element  line     atomic %     ±    (counting, background, transmission)  region")
            for component in quantification.components { Swift.print("    " + Self.line(component)) }
            for remark in quantification.remarks { Swift.print("    note: \(remark)") }
            for line in Self.lines(quantification.omissions) { Swift.print("    left out: \(line)") }
            for assumption in assumptions { Swift.print("    assumed: \(assumption)") }
        }
    }

    /// One line for each reason.
    private static func lines(_ omissions: [Quantification.Omission]) -> [String] {
        var reasons: [String] = []
        for omission in omissions where !reasons.contains(omission.reason) { reasons.append(omission.reason) }
        return reasons.map { reason in
            omissions.filter { $0.reason == reason }.map(\.subject).joined(separator: ", ") + ": " + reason
        }
    }

    private static func line(_ component: Quantification.Component) -> String {
        func pad(_ text: String, _ width: Int) -> String { text.padding(toLength: width, withPad: " ", startingAt: 0) }
        let head = pad(component.element, 9) + pad(component.line.description, 9)
        guard let percent = component.atomicPercent, let uncertainty = component.uncertainty else {
            let limit = String(format: "%.1f", component.detectionLimitPercent ?? 0)
            return head + pad("not detected; below \(limit)", 53) + component.region
        }
        let numbers = String(
            format: "%8.1f %7.1f   (%.1f, %.1f, %.1f)", percent, uncertainty.total, uncertainty.counting,
            uncertainty.background, uncertainty.transmission)
        return head + pad(numbers, 53) + component.region
    }
}
