extension Int {
    /// The number with its noun: "1 job", "2 jobs".
    func counting(_ noun: String, _ nouns: String? = nil) -> String {
        "\(self) \(self == 1 ? noun : nouns ?? noun + "s")"
    }
}
