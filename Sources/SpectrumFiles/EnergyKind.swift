import Spectroscopy

/// What energies are, judged by the words that name them.
enum EnergyKind {
    /// The kind that a text names; nil where it names neither or both.
    static func named(in text: String) -> EnergyAxis.Kind? {
        let lowered = text.lowercased()
        let words = Set(lowered.split { !$0.isLetter && $0 != "." }.map(String.init))
        let isBinding = lowered.contains("binding") || !words.isDisjoint(with: ["be", "b.e", "b.e."])
        let isKinetic = lowered.contains("kinetic") || !words.isDisjoint(with: ["ke", "k.e", "k.e."])
        guard isBinding != isKinetic else { return nil }
        return isBinding ? .binding : .kinetic
    }
}
