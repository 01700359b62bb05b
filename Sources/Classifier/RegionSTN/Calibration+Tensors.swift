extension Calibration {
    /// Names of the tensors in a weight file.
    private enum Name {
        static let prefix = "calibration."
        static let spread = prefix + "shift.spread"
        static let shift = prefix + "shift.factors"
        static let modes = prefix + "shift.modes"
        static let groupLines = prefix + "logits.groups"
        static let classLines = prefix + "logits.classes"
        static let combinationLines = prefix + "logits.combinations"
        static let groupBounds = prefix + "thresholds.groups"
        static let classBounds = prefix + "thresholds.classes"
        static let conformal = prefix + "conformal"
        static let means = prefix + "familiarity.means"
        static let whitening = prefix + "familiarity.whitening"
        static let misfits = prefix + "familiarity.misfits"
        static let trends = prefix + "familiarity.trends"
        static let head = prefix + "familiarity.head"
        static let quantiles = prefix + "familiarity.quantiles"
    }

    private static let classes = CalibrationClass.count
    private static let regions = CalibrationClass.Regions.allCases.count
    private static let labels = NetworkShape.standard.labels
    private static let knots = FamiliarityTrend.knots.count

    /// What a weight file holds of the calibration; nothing for `none`.
    package var tensors: [String: Model.Weights] {
        guard let parts else { return [:] }
        let (classes, regions, familiarity) = (Self.classes, Self.regions, parts.familiarity)
        let width = familiarity.distance.width
        func weights(_ shape: [Int], _ values: [Float]) -> Model.Weights { Model.Weights(shape: shape, values: values) }
        func lines(_ lines: [CalibrationLogits.Line]) -> Model.Weights {
            weights([lines.count, 2], lines.flatMap { [$0.slope, $0.offset] })
        }
        func bounds(_ shape: [Int], _ bounds: [CalibrationThresholds.Bounds]) -> Model.Weights {
            weights(shape + [2], bounds.flatMap { [$0.low, $0.high] })
        }
        func trends(_ shape: [Int], _ trends: [FamiliarityTrend]) -> Model.Weights {
            weights(shape + [2, Self.knots], trends.flatMap { $0.means + $0.spreads })
        }
        let networks = Self.tensors(parts.spread.network, named: Name.spread).merging(
            Self.tensors(familiarity.head.network, named: Name.head), uniquingKeysWith: { first, _ in first })
        return networks.merging([
            Name.shift: weights([classes], parts.shift.factors),
            Name.modes: weights([classes], parts.shift.modeFactors),
            Name.groupLines: lines(parts.logits.groups),
            Name.classLines: lines(parts.logits.classes),
            Name.combinationLines: lines(parts.logits.combinations),
            Name.groupBounds: bounds([regions, Self.labels], parts.thresholds.groups),
            Name.classBounds: bounds([classes], parts.thresholds.classes),
            Name.conformal: weights(
                [classes, ConformalQuantiles.parts, 3],
                parts.conformal.quantiles.joined().flatMap { [$0.doubt, $0.nonconformity, $0.coverage] }),
            Name.means: weights([classes, width], familiarity.distance.means),
            Name.whitening: weights([regions, width, width], familiarity.distance.whitening),
            Name.misfits: trends([CoreLevelWindow.all.count, 2], familiarity.misfits),
            Name.trends: trends([regions, Familiarity.totals], familiarity.trends),
            Name.quantiles: weights([classes, Familiarity.levels], familiarity.quantiles),
        ]) { first, _ in first }
    }

    private static func tensors(_ network: CalibrationNetwork, named name: String) -> [String: Model.Weights] {
        let (width, units, outputs) = (network.width, network.hiddenBias.count, network.outputBias.count)
        return [
            name + ".scales": Model.Weights(shape: [2, width], values: network.scales),
            name + ".hidden.weight": Model.Weights(shape: [units, width], values: network.hiddenWeights),
            name + ".hidden.bias": Model.Weights(shape: [units], values: network.hiddenBias),
            name + ".output.weight": Model.Weights(shape: [outputs, units], values: network.outputWeights),
            name + ".output.bias": Model.Weights(shape: [outputs], values: network.outputBias),
        ]
    }

    /// The calibration that comes with a model; `none` where none does.
    ///
    /// - Throws: `ModelError` where one does that another version of the program made, or that is another network's.
    init(of model: Model) throws(ModelError) {
        guard !model.calibration.isEmpty else {
            self = .none
            return
        }
        guard model.architecture == .regionSTN else {
            throw ModelError(
                "\(model.name) carries a calibration, which belongs to a network “\(Architecture.regionSTN.rawValue)”, "
                    + "and is one “\(model.architecture.rawValue)”")
        }
        guard let calibration = Calibration(tensors: model.calibration) else {
            throw ModelError(
                "\(model.name) was calibrated for another version of this program: “corelevel calibrate” does it anew")
        }
        self = calibration
    }

    /// A calibration from a weight file's tensors; nil where they are not all there in the shapes of this program.
    package init?(tensors: [String: Model.Weights]) {
        let (classes, regions, labels, knots) = (Self.classes, Self.regions, Self.labels, Self.knots)
        let width = AlignedReader.featureWidth
        func values(_ name: String, _ shape: [Int]) -> [Float]? {
            guard let found = tensors[name], found.shape == shape, found.values.allSatisfy(\.isFinite) else {
                return nil
            }
            return found.values
        }
        func pairs(_ name: String, _ shape: [Int]) -> [(Float, Float)]? {
            values(name, shape + [2]).map { values in
                stride(from: 0, to: values.count, by: 2).map { (values[$0], values[$0 + 1]) }
            }
        }
        func trends(_ name: String, _ shape: [Int]) -> [FamiliarityTrend]? {
            values(name, shape + [2, knots]).map { values in
                stride(from: 0, to: values.count, by: 2 * knots).map {
                    FamiliarityTrend(
                        means: Array(values[$0..<$0 + knots]), spreads: Array(values[$0 + knots..<$0 + 2 * knots]))
                }
            }
        }
        func network(_ name: String, width: Int, plan: CalibrationNetwork.Plan) -> CalibrationNetwork? {
            guard let scales = values(name + ".scales", [2, width]),
                let hiddenWeights = values(name + ".hidden.weight", [plan.units, width]),
                let hiddenBias = values(name + ".hidden.bias", [plan.units]),
                let outputWeights = values(name + ".output.weight", [plan.outputs, plan.units]),
                let outputBias = values(name + ".output.bias", [plan.outputs])
            else { return nil }
            return CalibrationNetwork(
                scales: scales, hiddenWeights: hiddenWeights, hiddenBias: hiddenBias, outputWeights: outputWeights,
                outputBias: outputBias)
        }
        guard let spread = network(Name.spread, width: CalibrationSpread.inputs, plan: CalibrationSpread.plan),
            let factors = values(Name.shift, [classes]), let modeFactors = values(Name.modes, [classes]),
            let groupLines = pairs(Name.groupLines, [labels]), let classLines = pairs(Name.classLines, [classes]),
            let combinationLines = pairs(Name.combinationLines, [classes]),
            let groupBounds = pairs(Name.groupBounds, [regions, labels]),
            let classBounds = pairs(Name.classBounds, [classes]),
            let conformal = values(Name.conformal, [classes, ConformalQuantiles.parts, 3]),
            let means = values(Name.means, [classes, width]),
            let whitening = values(Name.whitening, [regions, width, width]),
            let misfits = trends(Name.misfits, [CoreLevelWindow.all.count, 2]),
            let totals = trends(Name.trends, [regions, Familiarity.totals]),
            let head = network(Name.head, width: Familiarity.headWidth, plan: FamiliarityHead.plan),
            let quantiles = values(Name.quantiles, [classes, Familiarity.levels])
        else { return nil }
        parts = Parts(
            spread: CalibrationSpread(network: spread),
            shift: CalibrationShift(factors: factors, modeFactors: modeFactors),
            logits: CalibrationLogits(
                groups: groupLines.map { .init(slope: $0.0, offset: $0.1) },
                classes: classLines.map { .init(slope: $0.0, offset: $0.1) },
                combinations: combinationLines.map { .init(slope: $0.0, offset: $0.1) }),
            thresholds: CalibrationThresholds(
                groups: groupBounds.map { .init(low: $0.0, high: $0.1) },
                classes: classBounds.map { .init(low: $0.0, high: $0.1) }),
            conformal: ConformalQuantiles(
                quantiles: (0..<classes).map { index in
                    (0..<ConformalQuantiles.parts).map { part in
                        let start = 3 * (index * ConformalQuantiles.parts + part)
                        return .init(
                            doubt: conformal[start], nonconformity: conformal[start + 1],
                            coverage: conformal[start + 2])
                    }
                }),
            familiarity: Familiarity(
                distance: FamiliarityDistance(width: width, means: means, whitening: whitening), misfits: misfits,
                trends: totals,
                head: FamiliarityHead(network: head),
                quantiles: quantiles))
    }
}
