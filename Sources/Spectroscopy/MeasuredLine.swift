/// A line's area, by the chosen background and by the other one, and its sensitivity factor.
struct MeasuredLine {
    /// Standard deviations that an area must exceed to count as a line.
    static let detectionThreshold = 3.0

    let line: PhotoelectronLine
    let region: String
    let limitsEV: ClosedRange<Double>
    let window: PeakWindow
    let area: PeakArea
    let factor: SensitivityFactors.Factor
    let kineticEnergyEV: Double
    /// Area over factor, which is proportional to the number of atoms.
    let amount: Double
    let amountSigma: Double
    /// Half the difference of the amounts by both backgrounds.
    let backgroundSigma: Double
    let isDetected: Bool
    private let exposure: Double

    init(
        _ line: LineAssignment.Line, factor: SensitivityFactors.Factor, exposure: Double, options: QuantificationOptions
    ) {
        self.line = line.line
        region = line.region.name
        let windows = [line.window] + line.narrower
        let tries = windows.lazy.map { ($0, options.background.area(of: $0)) }
        let settled = tries.first { $0.1.background.isConverged }
        (window, area) = settled ?? (line.window, options.background.area(of: line.window))
        limitsEV = window.energiesEV[0]...window.energiesEV[window.count - 1]
        self.factor = factor
        self.exposure = exposure
        let scale = 1 / (factor.product * exposure)
        amount = area.value * scale
        amountSigma = area.variance.squareRoot() * scale
        backgroundSigma = (area.value - options.otherBackground.area(of: window).value).magnitude / 2 * scale
        kineticEnergyEV =
            (line.region.settings.photonEnergyEV ?? options.photonEnergyEV ?? CrossSectionTable.aluminiumEV)
            - CrossSectionTable.standard.bindingEnergiesEV(of: line.line).lowerBound
        isDetected = area.value > Self.detectionThreshold * area.variance.squareRoot()
    }

    func component(
        percent: Double? = nil, uncertainty: Quantification.Uncertainty? = nil, limitPercent: Double? = nil
    ) -> Quantification.Component {
        Quantification.Component(
            line: line, region: region, limitsEV: limitsEV, area: area.value / exposure,
            areaSigma: area.variance.squareRoot() / exposure, sensitivity: factor, atomicPercent: percent,
            uncertainty: uncertainty, detectionLimitPercent: limitPercent)
    }
}
