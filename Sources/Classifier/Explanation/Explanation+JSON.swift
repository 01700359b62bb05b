import Spectroscopy

extension Explanation {
    /// Appends the members of the explanation's object.
    package func appendMembers(to text: inout JSONText) {
        text.objects("groups", groups) { group, text in group.append(to: &text) }
        text.key("fit")
        text.openObject()
        fit.append(to: &text)
        text.closeObject()
        text.objects("peaks", peaks) { peak, text in peak.append(to: &text) }
        text.objects("contaminants", contaminants) { contaminant, text in contaminant.append(to: &text) }
    }
}

extension JSONText {
    /// A member that is an array of objects.
    fileprivate mutating func objects<Element>(
        _ name: String, _ elements: [Element], _ body: (Element, inout JSONText) -> Void
    ) {
        key(name)
        openArray()
        for element in elements {
            openObject()
            body(element, &self)
            closeObject()
        }
        closeArray()
    }

    fileprivate mutating func member(_ name: String, _ value: String) {
        key(name)
        string(value)
    }

    fileprivate mutating func member(_ name: String, _ value: Double) {
        key(name)
        number(value, decimals: 3)
    }
}

extension Explanation.Group {
    fileprivate func append(to text: inout JSONText) {
        text.member("name", name)
        text.member("probability", probability)
        text.member("probability_without", probabilityWithout)
        text.objects("windows", windows) { window, text in
            text.member("core_level", window.coreLevel)
            text.member("from_eV", window.rangeEV.lowerBound)
            text.member("to_eV", window.rangeEV.upperBound)
            text.member("logit_drop", window.logitDrop)
            text.member("share", window.share)
        }
    }
}

extension Explanation.Fit {
    fileprivate func append(to text: inout JSONText) {
        text.objects("constituents", constituents) { constituent, text in
            text.member("abbreviation", constituent.abbreviation)
            text.member("name", constituent.name)
            text.member("share", constituent.share)
        }
        text.member("hydrocarbon_share", hydrocarbonShare)
        text.member("noise", knowsNoise ? "counting" : "estimated")
        text.objects("regions", regions) { region, text in
            text.member("name", region.name)
            text.member("reduced_chi_square", region.reducedChiSquare)
            text.member("worst_eV", region.worstEV)
            text.member("worst_sigma", region.worstSigma)
        }
    }
}

extension Explanation.AssignedPeak {
    fileprivate func append(to text: inout JSONText) {
        text.member("region", region)
        text.member("energy_eV", peak.energyEV)
        text.member("corrected_eV", correctedEV)
        text.member("height", peak.height)
        text.member("fwhm_eV", peak.fwhmEV)
        text.member("significance", peak.significance)
        text.objects("assignments", assignments) { assignment, text in
            text.member("constituent", assignment.constituent)
            text.member("core_level", assignment.coreLevel)
            text.member("environment", assignment.environment)
            text.member("energy_eV", assignment.energyEV)
        }
    }
}

extension Explanation.Contaminant {
    fileprivate func append(to text: inout JSONText) {
        text.member("kind", kind.rawValue)
        text.member("verdict", verdict.rawValue)
        if let share { text.member("share", share) }
        text.key("reasons")
        text.openArray()
        for reason in reasons { text.string(reason) }
        text.closeArray()
    }
}
