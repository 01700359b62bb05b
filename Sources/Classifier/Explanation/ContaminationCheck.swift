import Spectroscopy
import Synthesis

/// Looks for what commonly lies on samples: adventitious hydrocarbon and silicone oil.
struct ContaminationCheck {
    /// The network's share of adventitious carbon that speaks for it without other evidence.
    ///
    /// Most polymers have aliphatic carbon of their own, from which neither network nor fit can tell a thin layer on top
    /// well: on measurements without any the network's share stays below 0.11 and the fit's below 0.3, in 95 %.
    private static let leastHydrocarbon = 0.12
    /// The network's share from which it counts where the fit asks for hydrocarbon too.
    private static let leastSupportedHydrocarbon = 0.07
    /// The fit's share from which it supports the network's.
    private static let leastSupport = 0.1
    /// The fit's share from which a line that no group accounts for counts.
    private static let leastFittedHydrocarbon = 0.05
    /// Where aliphatic carbon lies, on the scale of shift zero.
    private static let aliphaticEV = 284.7...285.5
    /// How far from aliphatic carbon a line of a group hides it, in eV.
    private static let aliphaticReachEV = 0.5
    private static let carbonWindow = (level: "C 1s", rangeEV: 281.0...295.0)
    private static let siliconWindow = (level: "Si 2p", rangeEV: 99.0...105.0)
    /// Si 2p of poly(dimethyl siloxane) is at 101.9 eV, its O 1s at 532.1 eV (Beamson and Briggs, 1992); neighbours may
    /// draw the maxima away.
    private static let siliconEV = 101.2...102.9
    private static let siloxaneOxygenEV = 531.2...533.4
    /// Silicon atoms per carbon atom up to which silicone is a contamination; silicone itself has one for two.
    private static let mostSiliconPerCarbon = 0.15
    /// Cross-section of Si 2p relative to C 1s under Al Kα (Scofield 1976).
    private static let siliconCrossSection = 0.817
    /// Visible atoms of silicone per silicon atom.
    private static let siliconeAtoms = 4.0

    /// What was measured.
    var spectrum: Spectrum
    /// What brings its regions to what they would be under Al Kα.
    var photons: PhotonScale
    /// How far it lies above the scale of shift zero.
    var shiftEV: Double
    /// Energies of all its peaks, on the scale of shift zero.
    var peaksEV: [Double]
    /// What was recorded, on the scale of shift zero.
    var recordedEV: [ClosedRange<Double>]
    /// The network's share of the visible atoms in adventitious carbon.
    var hydrocarbonShare: Double?
    /// The fit's.
    var fittedHydrocarbonShare: Double
    /// The groups called present.
    var groups: [String]

    func contaminants(library: PolymerLibrary) -> [Explanation.Contaminant] {
        [hydrocarbon(library: library), silicone]
    }

    private func hydrocarbon(library: PolymerLibrary) -> Explanation.Contaminant {
        guard wasRecorded(Self.aliphaticEV) else {
            return .init(kind: .hydrocarbon, verdict: .notRecorded, share: nil, reasons: ["C 1s was not recorded"])
        }
        let network = hydrocarbonShare ?? 0
        let fitted = fittedHydrocarbonShare
        let isSeen = peaksEV.contains { Self.aliphaticEV.contains($0) }
        var reasons: [String] = []
        if network >= Self.leastHydrocarbon
            || (network >= Self.leastSupportedHydrocarbon && fitted >= Self.leastSupport)
        {
            reasons.append(
                "the network finds \(Self.percent(network)) of the visible atoms in it, the fit \(Self.percent(fitted))"
            )
        }
        if isSeen, fitted >= Self.leastFittedHydrocarbon, !isAliphaticExpected(library: library) {
            reasons.append(
                "there is an aliphatic C 1s line that no group called present accounts for; the fit gives it "
                    + "\(Self.percent(fitted)) of the visible atoms")
        }
        let share = hydrocarbonShare ?? fitted
        guard reasons.isEmpty else {
            return .init(kind: .hydrocarbon, verdict: .likely, share: share, reasons: reasons)
        }
        guard isSeen else { return .init(kind: .hydrocarbon, verdict: .notSeen, share: nil, reasons: []) }
        return .init(
            kind: .hydrocarbon, verdict: .possible, share: share,
            reasons: [
                "there is an aliphatic C 1s line, which the sample may have of its own; the network finds "
                    + "\(Self.percent(network)) of the visible atoms in hydrocarbon, the fit \(Self.percent(fitted))"
            ])
    }

    /// Whether polymers with one of the groups, half of them or more, have a carbon line where aliphatic carbon lies.
    private func isAliphaticExpected(library: PolymerLibrary) -> Bool {
        groups.contains { name in
            guard let group = library.functionalGroups.firstIndex(of: name) else { return false }
            let carriers = library.polymers.filter { $0.labels[group] }
            let aliphatic = carriers.count { polymer in
                polymer.components.contains {
                    $0.coreLevel == "C 1s" && $0.kind == .photoelectron
                        && abs($0.bindingEnergyEV - Analysis.Reference.standard.energyEV) <= Self.aliphaticReachEV
                }
            }
            return aliphatic > 0 && 2 * aliphatic >= carriers.count
        }
    }

    private var silicone: Explanation.Contaminant {
        guard wasRecorded(Self.siliconEV) else {
            return .init(kind: .silicone, verdict: .notRecorded, share: nil, reasons: ["Si 2p was not recorded"])
        }
        let silicon = area(Self.siliconWindow) / Self.siliconCrossSection
        let carbon = area(Self.carbonWindow)
        let hasSilicon = peaksEV.contains { Self.siliconEV.contains($0) }
        let hasOxygen =
            !wasRecorded(Self.siloxaneOxygenEV) || peaksEV.contains { Self.siloxaneOxygenEV.contains($0) }
        guard hasSilicon, silicon > 0, carbon > 0, hasOxygen else {
            return .init(kind: .silicone, verdict: .notSeen, share: nil, reasons: [])
        }
        let ratio = silicon / carbon
        guard ratio <= Self.mostSiliconPerCarbon else {
            let amount = ratio < 1 ? "about \(Self.percent(ratio)) silicon per carbon" : "more silicon than carbon"
            return .init(
                kind: .silicone, verdict: .notSeen, share: nil,
                reasons: ["with \(amount), silicon is part of the sample"])
        }
        var reasons = ["Si 2p lies where silicone's does, with about \(Self.percent(ratio)) silicon per carbon"]
        if wasRecorded(Self.siloxaneOxygenEV) { reasons.append("O 1s has a peak where silicone's would lie") }
        return .init(
            kind: .silicone, verdict: .likely,
            share: min(1, Self.siliconeAtoms * ratio / (1 + Self.siliconeAtoms * ratio)),
            reasons: reasons)
    }

    /// Area under Al Kα, per second where times are known, above a straight line between the ends of a window of the
    /// scale of shift zero; of several regions the narrowest counts.
    private func area(_ window: (level: String, rangeEV: ClosedRange<Double>)) -> Double {
        let limitsEV = window.rangeEV.lowerBound + shiftEV...window.rangeEV.upperBound + shiftEV
        let middleEV = (limitsEV.lowerBound + limitsEV.upperBound) / 2
        let areas = spectrum.regions.indices
            .filter { spectrum.regions[$0].settings.bindingRangeEV.contains(middleEV) }
            .sorted { Self.spanEV(spectrum.regions[$0]) < Self.spanEV(spectrum.regions[$1]) }
            .compactMap { index in
                PeakWindow(spectrum.regions[index], limitsEV: limitsEV).map { (index, LinearBackground().area(of: $0)) }
            }
        guard let (index, area) = areas.first,
            let level = CoreLevelWindow.all.firstIndex(where: { $0.name == window.level })
        else { return 0 }
        let exposure = CommonExposure(spectrum.regions.lazy.map(\.settings))
        return area.value * Double(photons.factors[index][level] ?? 0)
            / exposure.divisor(of: spectrum.regions[index].settings)
    }

    private static func spanEV(_ region: Region) -> Double {
        region.settings.bindingRangeEV.upperBound - region.settings.bindingRangeEV.lowerBound
    }

    private func wasRecorded(_ rangeEV: ClosedRange<Double>) -> Bool {
        recordedEV.contains { $0.lowerBound <= rangeEV.lowerBound && $0.upperBound >= rangeEV.upperBound }
    }

    private static func percent(_ share: Double) -> String {
        let tenths = (share * 1000).rounded() / 10
        return tenths >= 10 || tenths == tenths.rounded() ? "\(Int(tenths.rounded())) %" : "\(tenths) %"
    }
}
