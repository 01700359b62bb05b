import Spectroscopy

extension Analysis {
    /// The result as one line of JSON, without a newline: what `analyze --json` prints and a worker sends.
    public var json: [UInt8] {
        var text = JSONText(reserving: 4096)
        text.openObject()
        appendMembers(to: &text)
        text.closeObject()
        return text.bytes
    }

    /// Appends the members of the result's object, so that a caller may put keys of its own in front.
    package func appendMembers(to text: inout JSONText) {
        if let shiftEV {
            text.key("shift_eV")
            text.number(shiftEV, decimals: 3)
        }
        append("shift_sigma_eV", shiftSigmaEV, to: &text)
        append("spread_eV", spreadEV, to: &text)
        text.key("reference")
        text.openObject()
        text.key("line")
        text.string(reference.line)
        text.key("energy_eV")
        text.number(reference.energyEV, decimals: 3)
        text.closeObject()
        text.key("alternatives")
        text.openArray()
        for alternative in alternatives { alternative.append(to: &text) }
        text.closeArray()
        text.key("groups")
        text.openArray()
        for group in groups { group.append(to: &text) }
        text.closeArray()
        if let combination {
            text.key("combination")
            text.openObject()
            text.key("groups")
            text.openArray()
            for group in combination.groups { text.string(group) }
            text.closeArray()
            text.key("probability")
            text.number(combination.probability, decimals: 3)
            text.closeObject()
        }
        if let conformal {
            text.key("conformal")
            text.openObject()
            text.key("coverage")
            text.number(conformal.coverage, decimals: 3)
            text.key("ambiguous")
            text.openArray()
            for group in conformal.ambiguous { text.string(group) }
            text.closeArray()
            text.closeObject()
        }
        append("familiarity", familiarity, to: &text)
        append("contamination", contamination, to: &text)
        text.key("recorded_eV")
        text.openArray()
        for range in recordedEV {
            text.openArray()
            text.number(range.lowerBound, decimals: 3)
            text.number(range.upperBound, decimals: 3)
            text.closeArray()
        }
        text.closeArray()
        if !elementsOutsideTraining.isEmpty {
            text.key("outside_training")
            text.openArray()
            for element in elementsOutsideTraining { text.string(element) }
            text.closeArray()
        }
        if !departures.isEmpty {
            text.key("outside_range")
            text.openArray()
            for departure in departures { text.string(departure) }
            text.closeArray()
        }
        if !loneChannels.isEmpty {
            text.key("lone_channels")
            text.openArray()
            for channel in loneChannels {
                text.openObject()
                text.key("region")
                text.string(channel.region)
                text.key("energy_eV")
                text.number(channel.energyEV, decimals: 3)
                text.closeObject()
            }
            text.closeArray()
        }
        text.key("model")
        text.string(model)
    }

    private func append(_ key: String, _ value: Double?, to text: inout JSONText) {
        guard let value else { return }
        text.key(key)
        text.number(value, decimals: 3)
    }
}

extension Analysis.Alternative {
    fileprivate func append(to text: inout JSONText) {
        text.openObject()
        text.key("shift_eV")
        text.number(shiftEV, decimals: 3)
        text.key("shift_sigma_eV")
        text.number(shiftSigmaEV, decimals: 3)
        text.key("weight")
        text.number(weight, decimals: 3)
        text.key("groups")
        text.openArray()
        for group in groups { text.string(group) }
        text.closeArray()
        text.closeObject()
    }
}

extension Analysis.Group {
    fileprivate func append(to text: inout JSONText) {
        text.openObject()
        text.key("name")
        text.string(name)
        if let probability {
            text.key("probability")
            text.number(probability, decimals: 4)
        }
        text.key("call")
        text.string(call.rawValue)
        if let reason {
            text.key("reason")
            text.string(reason)
        }
        text.closeObject()
    }
}
