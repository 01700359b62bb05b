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
        text.key("reference")
        text.openObject()
        text.key("line")
        text.string(reference.line)
        text.key("energy_eV")
        text.number(reference.energyEV, decimals: 3)
        text.closeObject()
        text.key("groups")
        text.openArray()
        for group in groups { group.append(to: &text) }
        text.closeArray()
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
        text.key("model")
        text.string(model)
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
