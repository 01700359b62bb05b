import Spectroscopy
public import Synthesis

/// Least squares on the library as a classifier: what a network is to be better than.
public struct ClassicalBaseline: Sendable {
    /// The library's groups' carriers, one mark per polymer each.
    public let carriers: [[Bool]]
    /// How shifts are searched.
    public let search: ShiftSearch

    /// A baseline on a library.
    public init(library: PolymerLibrary, options: ShiftSearch.Options) {
        carriers = library.functionalGroups.indices.map { library.carriers(of: $0) }
        search = ShiftSearch(library: library, options: options)
    }

    /// Answers with the shift searched, or at a shift that is known.
    public func answer(_ observation: Observation, knownShiftEV: Double? = nil) -> (
        groupShares: [Double], shiftEV: Double
    ) {
        if let knownShiftEV {
            let fit = search.fit(observation, atShiftEV: knownShiftEV)
            return (GroupThreshold.groupShares(fit.shares, carriers: carriers), knownShiftEV)
        }
        let answer = search.search(observation)
        let shiftEV = answer.posterior.modes.first?.shiftEV ?? answer.fit.shiftEV
        return (GroupThreshold.groupShares(answer.fit.shares, carriers: carriers), shiftEV)
    }

    /// The figures on the paper's protocol: clean mixtures, all cells recorded.
    ///
    /// - Parameters:
    ///   - maxShiftEV: Spectra are shifted within ± this.
    ///   - spectra: Number of spectra that are judged; half as many others choose the threshold.
    ///   - seed: Of the judged spectra; the others' follows from it.
    ///   - knowsShift: Whether the true shift is given instead of searched.
    public static func benchmark(
        library: PolymerLibrary, maxShiftEV: Double, spectra: Int, seed: UInt64, knowsShift: Bool,
        onProgress: (Int) -> Void = { _ in }
    ) -> BaselineFigures {
        let baseline = ClassicalBaseline(library: library, options: .benchmark(maxShiftEV: maxShiftEV))
        func answers(_ count: Int, seed: UInt64) -> [LabelledAnswer] {
            var generator = MixtureGenerator(library: library, maxShiftEV: maxShiftEV, seed: seed)
            var spectrum = [Float](repeating: 0, count: generator.spectrumCount)
            var labels = [Float](repeating: 0, count: generator.labelCount)
            return (0..<count).map { _ in
                var spectrumSpan = spectrum.mutableSpan
                var labelSpan = labels.mutableSpan
                let shiftEV = Double(generator.next(spectrum: &spectrumSpan, labels: &labelSpan))
                let observation = Observation(exact: spectrum.span)
                let answer = baseline.answer(observation, knownShiftEV: knowsShift ? shiftEV : nil)
                onProgress(1)
                return LabelledAnswer(
                    groupShares: answer.groupShares, labels: labels.map { $0 > 0.5 },
                    shiftErrorEV: knowsShift ? nil : answer.shiftEV - shiftEV)
            }
        }
        let threshold = choose(answers(max(1, spectra / 2), seed: ~seed))
        let start = ProcessorTime.seconds
        let judged = answers(spectra, seed: seed)
        let seconds = ProcessorTime.seconds - start
        return BaselineFigures(judged, threshold: threshold, secondsPerSpectrum: seconds / Double(max(spectra, 1)))
    }

    /// The threshold that labelled answers ask for.
    public static func choose(_ answers: [LabelledAnswer]) -> GroupThreshold {
        GroupThreshold(choosingFrom: answers.map(\.groupShares), labels: answers.map(\.labels))
    }
}
