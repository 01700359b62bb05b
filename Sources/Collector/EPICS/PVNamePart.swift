/// Names of people as parts of record names: `ester (aromatic)` is `EsterAromatic`, `C 1s` is `C1s`.
package enum PVNamePart {
    /// Words begin with a capital letter and stand together; nil where nothing is left, or too much for a record's name.
    package static func of(_ text: String) -> String? {
        var part = ""
        var isWordStart = true
        for scalar in text.unicodeScalars {
            guard scalar.isASCII, scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            else {
                isWordStart = true
                continue
            }
            part += isWordStart ? scalar.properties.uppercaseMapping : String(scalar)
            isWordStart = false
        }
        return (1...24).contains(part.count) ? part : nil
    }
}
