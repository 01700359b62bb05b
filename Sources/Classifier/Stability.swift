public import Spectroscopy

/// How far a model's answer to one spectrum depends on where the spectrum lies and on what was cut off: a correct
/// answer moves with an added offset and changes nothing else.
public struct Stability: Sendable {
    /// One variation of the spectrum and what became of the answer.
    public struct Variation: Sendable {
        /// What was done, in words.
        public var name: String
        /// How much the shift differs from that of the spectrum as it is, an added offset taken off, in eV.
        public var shiftDifferenceEV: Double
        /// That difference in units of the stated sigma; nil where none is stated.
        public var sigmas: Double?
        /// The most by which the probability of a group differs.
        public var probabilityDifference: Double
        /// Groups whose call is another one.
        public var changedCalls: [String]
    }

    /// Offsets that are added, in eV.
    public static let offsetsEV: [Double] = [-5, -3, -1.3, -0.45, 0.25, 0.7, 2, 4, 5]
    /// Shares of every region that are cut off at its first and its last points.
    public static let crops: [(first: Double, last: Double)] = [(0.1, 0), (0, 0.1), (0.1, 0.1), (0.15, 0.05)]

    /// The answer to the spectrum as it is.
    public let analysis: Analysis
    /// The added offsets.
    public let offsets: [Variation]
    /// The cut windows.
    public let cuts: [Variation]

    /// Analyses a spectrum and its variations; a variation that cannot be analysed is left out.
    public init(of spectrum: Spectrum, with analyzer: Analyzer) throws(AnalysisError) {
        let offsets = Self.offsetsEV.compactMap { offset in
            (try? spectrum.moved(byEV: offset)).map { ("offset \(offset) eV", offset, $0) }
        }
        let cuts = Self.crops.compactMap { crop in
            (try? spectrum.cropped(first: crop.first, last: crop.last)).map {
                ("without \(Int(crop.first * 100)) % and \(Int(crop.last * 100)) %", 0.0, $0)
            }
        }
        let analysis = try analyzer.analyze([spectrum])[0].get()
        func vary(_ variations: [(name: String, offsetEV: Double, spectrum: Spectrum)]) -> [Variation] {
            zip(variations, analyzer.analyze(variations.map(\.spectrum))).compactMap { variation, result in
                guard let varied = try? result.get() else { return nil }
                return Self.compare(varied, with: analysis, name: variation.name, offsetEV: variation.offsetEV)
            }
        }
        self.analysis = analysis
        self.offsets = vary(offsets)
        self.cuts = vary(cuts)
    }

    private static func compare(
        _ varied: Analysis, with analysis: Analysis, name: String, offsetEV: Double
    ) -> Variation {
        // Of a spectrum without a shift nothing follows the offset.
        let difference = analysis.shiftEV.flatMap { own in varied.shiftEV.map { $0 - own - offsetEV } } ?? 0
        return Variation(
            name: name, shiftDifferenceEV: difference,
            sigmas: analysis.shiftSigmaEV.map { abs(difference) / max($0, 1e-3) },
            probabilityDifference: zip(varied.groups, analysis.groups).reduce(0) { largest, pair in
                max(largest, abs((pair.0.probability ?? 0) - (pair.1.probability ?? 0)))
            },
            changedCalls: zip(varied.groups, analysis.groups).filter { $0.call != $1.call }.map(\.0.name))
    }
}
