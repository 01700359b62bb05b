import NeuralNetwork

/// What tells strange spectra from known ones: a small network on the evidence, the reader's features, and what the
/// expected spectrum leaves of the measured one.
///
/// Trained on known spectra and on materials that do not exist, as many of the one as of the other in every step; the
/// score is the logit of strangeness, of which only the order among known spectra is used. A known spectrum weighs more
/// than a stranger, because what counts is to tell strangers from the strangest twentieth of the known: that brings the
/// border there.
package struct FamiliarityHead: Sendable, Equatable {
    static let plan = CalibrationNetwork.Plan(
        units: 256, outputs: 1, steps: 12_000, dropout: 0.2, weightDecay: 0.05)
    /// What a known spectrum weighs, a strange one being 1.
    private static let weightOfKnown: Float = 5

    let network: CalibrationNetwork

    /// A network read from a weight file.
    init(network: CalibrationNetwork) { self.network = network }

    /// Trains on rows, those of known spectra first.
    ///
    /// - Precondition: There is a row of each kind, and all are equally long.
    package init(known: Int, strange: Int, row: (Int) -> [Float]) {
        precondition(known > 0 && strange > 0, "known and strange spectra")
        network = CalibrationNetwork(
            rows: known + strange, row: row, scaledBy: known, plan: Self.plan,
            pick: { place, random in
                let number = Int(random.next())
                return place % 2 == 0 ? number % known : known + number % strange
            },
            loss: { logits, picked, gradient in
                let targets = Buffer(picked.map { $0 < known ? 0 : 1 })
                _ = BinaryCrossEntropy.loss(logits, targets: targets, gradient: gradient, count: picked.count)
                for (place, row) in picked.enumerated() where row < known { gradient[place] *= Self.weightOfKnown }
            })
    }

    /// How strange a row looks.
    package func score(_ row: [Float]) -> Float { network.outputs(row)[0] }
}
