/// The unit of energies, judged by the words that stand above their column.
enum EnergyUnit {
    private static let names: Set<String> = ["ev", "kev"]
    /// Words beside which an energy is not that of the electrons.
    private static let others: Set<String> = ["photon", "photons", "excitation", "hv", "ray", "source", "beam", "pass"]

    /// Whether texts above a column, from the top, name keV and not eV; nil where they name no unit.
    ///
    /// The lowest that names the energy counts, and bare units below it: a title above may speak of the photons' keV.
    static func isKEV(_ texts: [String]) -> Bool? {
        let first = texts.lastIndex(where: namesEnergy) ?? texts.startIndex
        let found = texts[first...].filter { namesEnergy($0) || isBare($0) }.flatMap(units)
        return found.isEmpty ? nil : !found.contains("ev")
    }

    /// Whether a text names the electrons' energy.
    static func namesEnergy(_ text: String) -> Bool {
        let words = words(text)
        guard others.isDisjoint(with: words) else { return false }
        return words.contains("e") || words.contains { $0.contains("energ") } || EnergyKind.named(in: text) != nil
    }

    private static func isBare(_ text: String) -> Bool {
        let words = words(text)
        return words.count == 1 && names.contains(words[0])
    }

    /// The units in a text, but for those of a number: `1.4866 keV` is no column's unit.
    private static func units(in text: String) -> [String] {
        let words = words(text)
        return words.indices.filter { index in
            names.contains(words[index]) && (index == 0 || words[index - 1].last?.isNumber != true)
        }.map { words[$0] }
    }

    private static func words(_ text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }
}
