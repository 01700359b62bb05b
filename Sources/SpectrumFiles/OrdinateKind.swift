import Spectroscopy

/// What intensities are, judged by the words that name them.
enum OrdinateKind {
    private static let seconds: Set<String> = ["s", "sec", "secs", "second", "seconds"]
    private static let signs: [Character: String] = ["/": "/", "-": "-", "−": "-", "⁻": "-", "¹": "1"]

    /// The ordinate that a text names; nil where it says nothing about counting.
    static func named(in text: String) -> RegionSettings.Ordinate? {
        let tokens = tokens(text.lowercased())
        if !Set(tokens).isDisjoint(with: ["cps", "kcps", "countrate"]) { return .countsPerSecond }
        let isCount = tokens.contains { $0.contains("count") || $0 == "cts" }
        for (index, token) in tokens.enumerated() {
            let next = index + 1 < tokens.count ? tokens[index + 1] : ""
            let isPerSecond =
                (token == "/" || token == "per") && seconds.contains(next)
                || seconds.contains(token) && tokens[(index + 1)...].starts(with: ["-", "1"])
            // A "c" alone is carbon in other places than "c/s".
            let isCountRate = isCount || index > 0 && tokens[index - 1] == "c" && token == "/" && next == "s"
            if isPerSecond, isCountRate { return .countsPerSecond }
            if token == "count", next == "rate" { return .countsPerSecond }
        }
        return isCount ? .counts : nil
    }

    /// The words, each with the digits in it, so that `C1s-1` has no `s-1`; and the signs of fractions and powers.
    private static func tokens(_ text: String) -> [String] {
        var tokens: [String] = []
        var isInWord = false
        for character in text {
            if character.isLetter || character.isASCII && character.isNumber {
                if isInWord { tokens[tokens.count - 1].append(character) } else { tokens.append(String(character)) }
                isInWord = true
            } else {
                isInWord = false
                if let sign = signs[character] { tokens.append(sign) }
            }
        }
        return tokens
    }
}
