import Spectroscopy

/// What intensities are, judged by the words that name them.
enum OrdinateKind {
    private static let seconds: Set<String> = ["s", "sec", "secs", "second", "seconds"]

    /// The ordinate that a text names; nil where it says nothing about counting.
    static func named(in text: String) -> RegionSettings.Ordinate? {
        let lowered = text.lowercased()
        let words = lowered.split { !$0.isLetter }.map(String.init)
        let compact = lowered.filter { !$0.isWhitespace && $0 != "_" && $0 != "(" }
        if words.contains("cps") || words.contains("kcps") || compact.contains("countrate") { return .countsPerSecond }
        let isCount = compact.contains("count") || words.contains("c") || words.contains("cts")
        // "Counts / s", "c/s", "counts per second", "counts s^-1"; "counts/step" is none.
        let isRate = words.contains { word in
            seconds.contains(word)
                && ["/\(word)", "per\(word)", "\(word)-1", "\(word)^-1", "\(word)⁻¹"].contains(where: compact.contains)
        }
        if isCount, isRate { return .countsPerSecond }
        return compact.contains("count") || words.contains("cts") ? .counts : nil
    }
}
