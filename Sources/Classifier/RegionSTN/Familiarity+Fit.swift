extension Familiarity {
    /// Weighs what tells strange spectra from known ones, and ranks others among known ones.
    ///
    /// - Parameters:
    ///   - known: What trends, distances and the head are fitted on.
    ///   - strange: Spectra of materials that the network was not trained on, to weigh against.
    ///   - ranked: Further known spectra, which nothing was fitted on.
    init(known: [Case], strange: [Case], ranked: [Case]) {
        let classes = known.map(\.index)
        distance = FamiliarityDistance(
            features: known.map(\.evidence.features), classes: classes, pools: CalibrationPools(classes: classes))
        misfits = CoreLevelWindow.all.indices.flatMap { Self.misfitTrends(known, window: $0) }
        trends = Self.totalTrends(known, distance: distance)
        quantiles = []
        // The summary needs what is fitted above, and no head.
        let (distance, misfits, trends) = (distance, misfits, trends)
        func row(_ spectrum: Case) -> [Float] {
            let inputs = Self.inputs(spectrum, distance: distance, misfits: misfits, trends: trends)
            return Self.row(spectrum, inputs: inputs, misfits: misfits)
        }
        func headRow(_ spectrum: Case) -> [Float] { row(spectrum) + spectrum.evidence.left }
        let head = FamiliarityHead(
            known: known.count, strange: strange.count,
            row: { headRow($0 < known.count ? known[$0] : strange[$0 - known.count]) })
        self.head = head
        let scores = ranked.map { head.score(headRow($0)) }
        for members in CalibrationPools(classes: ranked.map(\.index)).members {
            let sorted = members.map { scores[$0] }.sorted()
            quantiles += (0..<Self.levels).map { level in
                guard !sorted.isEmpty else { return 0 }
                let place = Float(level) / Float(Self.levels - 1) * Float(sorted.count - 1)
                let low = Int(place)
                let high = min(low + 1, sorted.count - 1)
                return sorted[low] + (place - Float(low)) * (sorted[high] - sorted[low])
            }
        }
    }

    private static func misfitTrends(_ known: [Case], window: Int) -> [FamiliarityTrend] {
        var values: (meanSquare: [Float], excursion: [Float], noise: [Float]) = ([], [], [])
        for spectrum in known {
            guard let misfit = spectrum.evidence.misfits[window] else { continue }
            values.meanSquare.append(misfit.meanSquare)
            values.excursion.append(misfit.excursion)
            values.noise.append(spectrum.noise[window])
        }
        return [
            FamiliarityTrend(values.meanSquare, noise: values.noise),
            FamiliarityTrend(values.excursion, noise: values.noise),
        ]
    }

    private static func totalTrends(_ known: [Case], distance: FamiliarityDistance) -> [FamiliarityTrend] {
        let values = known.map { totals($0, distance: distance) }
        let noise = known.map(\.leastNoise)
        return CalibrationClass.Regions.allCases.flatMap { regions in
            let own = known.indices.filter { known[$0].index / CalibrationClass.levels == regions.rawValue }
            let members = own.count >= CalibrationPools.leastExamples ? own : Array(known.indices)
            return (0..<totals).map { total in
                FamiliarityTrend(members.map { values[$0][total] }, noise: members.map { noise[$0] })
            }
        }
    }
}
