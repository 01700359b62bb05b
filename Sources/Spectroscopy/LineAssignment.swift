/// Which core level of which element is measured in which region.
struct LineAssignment {
    /// A line, and where it is measured.
    struct Line {
        let line: PhotoelectronLine
        let region: Region
        let window: PeakWindow
        /// Highest energy of the line's members on the measured axis; nil where the user set the limits.
        let highestMemberEV: Double?

        /// The window, on the measured axis.
        var limitsEV: ClosedRange<Double> { window.energiesEV[0]...window.energiesEV[window.count - 1] }
    }

    /// How far below its nominal energy a line's window begins: charge in metals and carbides, and the line's foot.
    static let marginBelowEV = 6.0
    /// How far above it ends: oxidation, fluorine neighbours, shake-up.
    static let marginAboveEV = 14.0
    /// Where it ends instead when no background can be drawn that far: losses and neighbours bend it.
    static let narrowerMarginsEV = [11.0, 8.5, 6.5]
    /// A window that was cut by its region's ends to less than this below or above the line is not used.
    static let leastMarginEV = 2.0
    /// A window needs points for its background and its line.
    static let leastPoints = 12

    private(set) var lines: [Line] = []
    private(set) var omissions: [Quantification.Omission] = []

    /// Finds the lines of a spectrum.
    ///
    /// They are those that regions are named after, and where a region's name is none, those of the elements looked for
    /// that it covers. Of an element's lines the strongest in a region of its own is taken, or
    /// else the strongest in a survey.
    init(_ spectrum: Spectrum, shiftEV: Double, options: QuantificationOptions) {
        var candidates: [Line] = []
        for region in spectrum.regions {
            if PhotoelectronLine.isAuger(region.name) {
                omit(region.name, "Auger series are not quantified")
                continue
            }
            let named = PhotoelectronLine(region.name)
            let lines = named.map { [$0] } ?? options.elements.flatMap { CrossSectionTable.standard.lines(of: $0) }
            var isUsed = false
            for line in lines {
                guard let candidate = Self.candidate(line, in: region, shiftEV: shiftEV, options: options) else {
                    continue
                }
                candidates.append(candidate)
                isUsed = true
            }
            if !isUsed { omit(region.name, Self.reason(named, region: region, shiftEV: shiftEV, options: options)) }
        }
        choose(among: leavingOutForeignSurveys(candidates), options: options)
    }

    /// What the windows of some lines also hold of the others' elements.
    static func overlaps(among lines: [Line], shiftEV: Double) -> [String] {
        var remarks: [String] = []
        let table = CrossSectionTable.standard
        for line in lines {
            for other in lines where other.line.element != line.line.element {
                for intruder in table.lines(of: other.line.element) {
                    let energiesEV = table.bindingEnergiesEV(of: intruder)
                    guard line.limitsEV.overlaps(energiesEV.lowerBound + shiftEV...energiesEV.upperBound + shiftEV)
                    else { continue }
                    remarks.append(
                        "the window of \(line.line) also holds \(intruder), which is counted as \(line.line)")
                }
            }
        }
        return remarks
    }

    private mutating func omit(_ subject: String, _ reason: String) {
        omissions.append(Quantification.Omission(subject: subject, reason: reason))
    }

    /// A survey that was recorded with another pass energy or other photons than the regions of single lines cannot be
    /// compared with them, and says less.
    private mutating func leavingOutForeignSurveys(_ candidates: [Line]) -> [Line] {
        let single = candidates.filter { !$0.sharesItsRegion }.map(\.region.settings)
        let passEnergiesEV = Set(single.compactMap(\.passEnergyEV))
        let photonEnergiesEV = single.compactMap(\.photonEnergyEV)
        func isForeign(_ settings: RegionSettings) -> Bool {
            if let passEnergyEV = settings.passEnergyEV, !passEnergiesEV.isEmpty,
                !passEnergiesEV.contains(passEnergyEV)
            {
                return true
            }
            guard let photonEnergyEV = settings.photonEnergyEV, !photonEnergiesEV.isEmpty else { return false }
            return !photonEnergiesEV.contains { ($0 - photonEnergyEV).magnitude <= RecordingConditions.sameLineEV }
        }
        let foreign = candidates.filter { $0.sharesItsRegion && isForeign($0.region.settings) }.map(\.region)
        for region in Set(foreign) {
            omit(region.name, "was recorded with another pass energy or photon energy than the regions of single lines")
        }
        return candidates.filter { !foreign.contains($0.region) }
    }

    private mutating func choose(among candidates: [Line], options: QuantificationOptions) {
        var elements: [String] = []
        for candidate in candidates where !elements.contains(candidate.line.element) {
            elements.append(candidate.line.element)
        }
        for element in elements {
            let best = candidates.filter { $0.line.element == element }.max { first, second in
                if first.sharesItsRegion != second.sharesItsRegion { return first.sharesItsRegion }
                return first.strength(options) < second.strength(options)
            }
            if let best { lines.append(best) }
        }
        for element in options.elements where !elements.contains(element) {
            omit(element, "no region that is used holds a core level")
        }
    }

    private static func candidate(
        _ line: PhotoelectronLine, in region: Region, shiftEV: Double, options: QuantificationOptions
    ) -> Line? {
        let energiesEV = CrossSectionTable.standard.bindingEnergiesEV(of: line)
        let recorded = region.settings.bindingRangeEV
        let customary =
            energiesEV.lowerBound + shiftEV - marginBelowEV...energiesEV.upperBound + shiftEV + marginAboveEV
        let wanted = options.limitsEV[line] ?? customary
        let isCovered =
            options.limitsEV[line] != nil
            || (recorded.lowerBound <= energiesEV.lowerBound + shiftEV - leastMarginEV
                && recorded.upperBound >= energiesEV.upperBound + shiftEV + leastMarginEV)
        guard isCovered, wanted.overlaps(recorded),
            let window = PeakWindow(region, limitsEV: wanted), window.count >= leastPoints
        else { return nil }
        return Line(
            line: line, region: region, window: window,
            highestMemberEV: options.limitsEV[line] == nil ? energiesEV.upperBound + shiftEV : nil)
    }

    private static func reason(
        _ named: PhotoelectronLine?, region: Region, shiftEV: Double, options: QuantificationOptions
    ) -> String {
        guard let named else {
            return "holds no core level of \(options.elements.joined(separator: ", ")); name other elements to look for"
        }
        let energiesEV = CrossSectionTable.standard.bindingEnergiesEV(of: named)
        let recorded = region.settings.bindingRangeEV
        func tenths(_ energyEV: Double) -> Double { (energyEV * 10).rounded() / 10 }
        return "it ends too close to \(named), which is expected near \(tenths(energiesEV.lowerBound + shiftEV)) eV: "
            + "\(tenths(recorded.lowerBound)) to \(tenths(recorded.upperBound)) eV, \(region.axis.count) points"
    }
}

extension LineAssignment.Line {
    /// Whether its region shows other core levels, too.
    var sharesItsRegion: Bool {
        let range = region.settings.bindingRangeEV
        return range.upperBound - range.lowerBound > RegionSettings.coreLevelSpanEV
    }

    /// The same line in windows that end earlier.
    var narrower: [PeakWindow] {
        guard let highestMemberEV else { return [] }
        return LineAssignment.narrowerMarginsEV.compactMap { marginEV in
            guard let narrower = window.ending(atEV: highestMemberEV + marginEV),
                narrower.count >= LineAssignment.leastPoints, narrower.count < window.count
            else { return nil }
            return narrower
        }
    }

    /// The line's cross-section, or the user's factor for it.
    fileprivate func strength(_ options: QuantificationOptions) -> Double {
        let photonEnergyEV =
            region.settings.photonEnergyEV ?? options.photonEnergyEV ?? CrossSectionTable.aluminiumEV
        return options.sensitivity.overrides[line]
            ?? CrossSectionTable.standard.kilobarn(of: line, photonEnergyEV: photonEnergyEV) ?? 0
    }
}
