import Spectroscopy

/// What intensities are, judged by the words that name them.
enum OrdinateKind {
    /// The ordinate that a text names; nil where it says nothing about counting.
    static func named(in text: String) -> RegionSettings.Ordinate? {
        let lowered = text.lowercased()
        let words = Set(lowered.split { !$0.isLetter }.map(String.init))
        let isCount = lowered.contains("count") || words.contains("c")
        if words.contains("cps") || words.contains("kcps") || lowered.contains("count rate") { return .countsPerSecond }
        if isCount, ["/s", "per sec", "s-1", "s^-1", "1/s"].contains(where: lowered.contains) {
            return .countsPerSecond
        }
        return lowered.contains("count") ? .counts : nil
    }
}
