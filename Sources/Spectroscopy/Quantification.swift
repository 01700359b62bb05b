/// Atomic percent of the elements whose core levels a spectrum holds, with what it rests on.
///
///     c_k = 100 · (A_k / S_k) / Σ_j (A_j / S_j)
///
/// with the area A above the background, per second, and the sensitivity factor S. The sample is taken to be even
/// within the depth that electrons come from.
public struct Quantification: Sendable, Hashable {
    /// One element.
    public struct Component: Sendable, Hashable {
        /// The line that was measured.
        public let line: PhotoelectronLine
        /// Name of the region it was measured in.
        public let region: String
        /// The window, on the measured axis.
        public let limitsEV: ClosedRange<Double>
        /// Area above the background: intensity (per second where the time is known, per sweep where the sweeps alone
        /// are) times eV.
        public let area: Double
        /// Standard deviation of the area by counting.
        public let areaSigma: Double
        /// The sensitivity factor it was divided by.
        public let sensitivity: SensitivityFactors.Factor
        /// Atomic percent among the elements that were detected; nil for one that was not.
        public let atomicPercent: Double?
        /// What the percentage may be wrong by, nil where there is none.
        public let uncertainty: Uncertainty?
        /// For an element that was not detected: it would have been, had there been more than this, in atomic percent.
        public let detectionLimitPercent: Double?

        /// The element's symbol.
        public var element: String { line.element }
        /// Whether the line rises out of the noise.
        public var isDetected: Bool { atomicPercent != nil }
    }

    /// Standard deviations of an atomic percent, by cause.
    public struct Uncertainty: Sendable, Hashable {
        /// Counting statistics.
        public let counting: Double
        /// The choice of background: half the difference to the straight line, or to Shirley's where that was taken.
        public let background: Double
        /// The assumed transmission; 0 where it is divided out.
        public let transmission: Double

        /// All together; the cross-sections, 5 to 10 % for most lines, are not among them.
        public var total: Double {
            (counting * counting + background * background + transmission * transmission).squareRoot()
        }
    }

    /// Something that the spectrum says nothing of, and why.
    public struct Omission: Sendable, Hashable {
        /// An element or a region.
        public let subject: String
        /// Why.
        public let reason: String
    }

    /// The elements, most abundant first, those not detected at the end.
    public let components: [Component]
    /// What could not be quantified.
    public let omissions: [Omission]
    /// What was assumed, in sentences.
    public let assumptions: [String]
    /// What makes the percentages less than they seem: backgrounds that failed, windows shared, peaks left over.
    public let remarks: [String]

    /// Quantifies a spectrum whose energies are too high by a shift.
    public init(
        of spectrum: Spectrum, shiftEV: Double = 0, options: QuantificationOptions = QuantificationOptions()
    ) throws(QuantificationError) {
        guard shiftEV.magnitude <= 100 else { throw .shift(shiftEV) }
        for element in options.elements where !CrossSectionTable.standard.elements.contains(element) {
            throw .unknownElement(element)
        }
        let assignment = LineAssignment(spectrum, shiftEV: shiftEV, options: options)
        guard !assignment.lines.isEmpty else { throw .nothingToQuantify(assignment.omissions.map(\.text)) }
        var conditions = try RecordingConditions(assignment.lines.map(\.region.settings), options: options)
        let measured = try Self.measure(assignment.lines, conditions: &conditions, options: options)
        let detected = measured.filter(\.isDetected)
        guard !detected.isEmpty else { throw .nothingDetected(measured.map(\.line)) }
        components = Self.components(measured, transmission: conditions.transmission)
        omissions =
            assignment.omissions
            + [Omission(subject: "H, He", reason: "have no core level, so that percentages are of the other elements")]
        assumptions = conditions.assumptions + options.assumptions
        let used = assignment.lines.filter { line in detected.contains { $0.line == line.line } }
        remarks =
            Self.remarks(on: detected) + LineAssignment.overlaps(among: used, shiftEV: shiftEV)
            + UnexplainedPeaks(besides: used, shiftEV: shiftEV).remarks
    }

    /// Areas and factors of the lines.
    private static func measure(
        _ lines: [LineAssignment.Line], conditions: inout RecordingConditions, options: QuantificationOptions
    ) throws(QuantificationError) -> [MeasuredLine] {
        var measured: [MeasuredLine] = []
        for line in lines {
            let factor = try options.sensitivity.factor(
                of: line.line, photonEnergyEV: conditions.photonEnergyEV,
                transmission: conditions.transmission(of: line.region.settings))
            measured.append(
                MeasuredLine(
                    line, factor: factor, exposure: conditions.exposure.divisor(of: line.region.settings),
                    options: options))
        }
        return measured
    }

    private static func components(
        _ measured: [MeasuredLine], transmission: RecordingConditions.TransmissionKnowledge
    ) -> [Component] {
        let detected = measured.filter(\.isDetected)
        let shares = AtomicShares(detected)
        let components = measured.map { line in
            guard let index = detected.firstIndex(where: { $0.line == line.line }) else {
                return line.component(limitPercent: shares.detectionLimitPercent(of: line))
            }
            return line.component(
                percent: shares.percents[index],
                uncertainty: Uncertainty(
                    counting: shares.countingSigma(of: index), background: shares.backgroundSigma(of: index),
                    transmission: shares.transmissionSigma(of: index, knowledge: transmission)))
        }
        return components.sorted { ($0.atomicPercent ?? -1, $1.element) > ($1.atomicPercent ?? -1, $0.element) }
    }

    private static func remarks(on measured: [MeasuredLine]) -> [String] {
        var remarks: [String] = []
        for line in measured {
            if let problem = line.area.background.problem { remarks.append("\(line.line): \(problem)") }
        }
        if measured.contains(where: \.window.isNoiseEstimated) {
            remarks.append("the scale of the counting is not recorded; noise was estimated from the scatter of points")
        }
        if measured.count == 1 {
            remarks.append("a single element is 100 % by definition; record the others' regions")
        }
        return remarks
    }
}

extension Quantification.Omission {
    fileprivate var text: String { "\(subject): \(reason)" }
}
