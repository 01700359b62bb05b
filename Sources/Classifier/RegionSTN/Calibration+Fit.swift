public import Synthesis

extension Calibration {
    /// The seed of the selection split, of which nothing is trained on or reported.
    public static let selectionSeed = Split.selection.rawValue
    /// Spectra that a fit takes unless told otherwise.
    public static let usualSpectra = 600_000
    /// The least a fit makes sense with.
    public static let leastSpectra = 2000

    /// Streams of the selection split, apart from those of the report's thresholds.
    private enum Stream {
        static let known: UInt64 = 9 << 8
        static let strange: UInt64 = 10 << 8
    }

    /// Of all spectra, this share is of materials that do not exist.
    private static let strangeShare = 0.5
    /// Of the known ones, so many have networks fitted to them.
    private static let fittedShare = 0.5

    /// Measures a network's answers to fresh measurements of the selection split, shifted within ± `maxShiftEV`.
    ///
    /// Half of the known spectra give sigmas, probabilities and what looks strange; the others, which those were
    /// not fitted on, factors on the sigmas, thresholds, conformal sets and ranks of familiarity.
    public static func fit(
        network: RegionSTN, library: PolymerLibrary, spectra: Int = usualSpectra, maxShiftEV: Double = 5,
        seed: UInt64 = selectionSeed, onProgress: (Int) -> Void = { _ in }
    ) -> Calibration {
        let strange = Int(strangeShare * Double(max(spectra, leastSpectra)))
        let source = CalibrationSource(network: network, maxShiftEV: maxShiftEV, seed: seed)
        let known = source.examples(
            max(spectra, leastSpectra) - strange, of: library, stream: Stream.known, onProgress: onProgress)
        let strangers = source.examples(
            strange, of: FamiliarityStrangers.library(from: library, seed: seed), plan: MeasurementPlan(sample: .pure),
            stream: Stream.strange, onProgress: onProgress)
        let fitted = Int(fittedShare * Double(known.count))
        return Calibration(
            fitted: Array(known[..<fitted]), ranked: Array(known[fitted...]), strange: strangers.map(\.spectrum))
    }

    /// Fits to examples that are already there: the first part and the second as `fit` says.
    init(fitted: [CalibrationExample], ranked: [CalibrationExample], strange: [Familiarity.Case]) {
        let pools = (
            fitted: CalibrationPools(classes: fitted.map(\.spectrum.index)),
            ranked: CalibrationPools(classes: ranked.map(\.spectrum.index))
        )
        let familiarity = Familiarity(
            known: fitted.map(\.spectrum), strange: strange, ranked: ranked.map(\.spectrum))
        func row(_ example: CalibrationExample) -> [Float] {
            CalibrationSpread.row(
                familiarity: familiarity.row(example.spectrum), example.shift,
                leastNoise: example.spectrum.leastNoise, index: example.spectrum.index)
        }
        let spread = CalibrationSpread(rows: fitted.map(row), errorsEV: fitted.map(\.shiftErrorEV))
        let shift = CalibrationShift(
            ratios: ranked.map { abs($0.shiftErrorEV) / spread.sigmaEV(row($0)) },
            modeRatios: ranked.map(\.nearestModeRatio), pools: pools.ranked)
        var logits = CalibrationLogits.fit(
            probabilities: fitted.map(\.probabilities), labels: fitted.map(\.labels), pools: pools.fitted)
        logits.fit(combinations: fitted.map(\.combination), pools: pools.fitted)
        let calibrated = ranked.map { example in
            example.probabilities.indices.map {
                logits.probability(example.probabilities[$0], group: $0, in: example.spectrum.index)
            }
        }
        let labels = ranked.map(\.labels)
        let thresholds = CalibrationThresholds.fit(
            probabilities: calibrated, labels: labels, classes: ranked.map(\.spectrum.index), pools: pools.ranked)
        let conformal = ConformalQuantiles.fit(probabilities: calibrated, labels: labels, pools: pools.ranked)
        parts = Parts(
            spread: spread, shift: shift, logits: logits, thresholds: thresholds, conformal: conformal,
            familiarity: familiarity)
    }
}

extension Model {
    /// The model with a calibration on fresh spectra, in place of the one it may have.
    ///
    /// - Throws: `ModelError` for a model whose answers are not calibrated this way.
    public func calibrated(
        library: PolymerLibrary, spectra: Int = Calibration.usualSpectra, seed: UInt64 = Calibration.selectionSeed,
        onProgress: (Int) -> Void = { _ in }
    ) throws -> Model {
        guard architecture == .regionSTN else {
            throw ModelError(
                "\(name) is a network “\(architecture.rawValue)”: only “\(Architecture.regionSTN.rawValue)” is "
                    + "calibrated")
        }
        let network = RegionSTN(maxBatch: 64, labels: labels.count, seed: 0)
        try load(into: network)
        var model = self
        model.calibration =
            Calibration.fit(
                network: network, library: library, spectra: spectra, seed: seed, onProgress: onProgress
            ).tensors
        return model
    }
}
