import Glibc

/// The shares of elements in a whole, and how errors of each amount spread over all of them.
struct AtomicShares {
    let percents: [Double]
    private let lines: [MeasuredLine]
    private let whole: Double

    init(_ lines: [MeasuredLine]) {
        self.lines = lines
        let whole = lines.reduce(0) { $0 + $1.amount }
        self.whole = whole
        percents = lines.map { 100 * ($0.amount / whole) }
    }

    func countingSigma(of index: Int) -> Double {
        propagate(to: index, lines.map(\.amountSigma))
    }

    func backgroundSigma(of index: Int) -> Double {
        propagate(to: index, lines.map(\.backgroundSigma))
    }

    /// The effect of one standard deviation of the exponent, which is the same for all lines.
    func transmissionSigma(of index: Int, knowledge: RecordingConditions.TransmissionKnowledge) -> Double {
        guard knowledge == .assumed else { return 0 }
        func percent(_ change: Double) -> Double {
            let amounts = lines.map { line in
                line.factor.transmission == 1 ? line.amount : line.amount / pow(line.kineticEnergyEV / 1000, change)
            }
            return 100 * amounts[index] / amounts.reduce(0, +)
        }
        let sigma = QuantificationOptions.transmissionExponentSigma
        return (percent(sigma) - percent(-sigma)).magnitude / 2
    }

    /// The amount that would just be detected, on top of what there is, in percent.
    func detectionLimitPercent(of line: MeasuredLine) -> Double {
        let limit = max(line.amount, 0) + MeasuredLine.detectionThreshold * line.amountSigma
        return 100 * limit / (whole + limit)
    }

    /// Standard deviation of a share from independent ones of the amounts: `∂c_k/∂x_j = (100 δ_kj - c_k) / Σx`.
    private func propagate(to index: Int, _ sigmas: [Double]) -> Double {
        var variance = 0.0
        for (other, sigma) in sigmas.enumerated() {
            let slope = ((other == index ? 100 : 0) - percents[index]) / whole
            variance += slope * slope * sigma * sigma
        }
        return variance.squareRoot()
    }
}
