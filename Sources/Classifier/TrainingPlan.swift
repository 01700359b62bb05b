public import Synthesis

/// Everything that determines a training: the same plan and number of threads give the same weights, bit for bit.
public struct TrainingPlan: Sendable, Codable, Equatable {
    /// How the learning rate goes and when to stop.
    public enum Recipe: String, Sendable, Codable, CaseIterable {
        /// A fixed set of spectra, each epoch in another order; rate 1e-4, divided by ten on a plateau of 5 epochs, stop
        /// after 15 without improvement, the best epoch kept (Saddiq et al., arXiv 2603.05350).
        case paper
        /// Fresh spectra throughout, in one cycle over all that are planned, the localisation network at a tenth of the
        /// rate: reaches in a few million spectra what the paper's rate needs many more for.
        case oneCycle = "one-cycle"
    }

    /// The network.
    public var architecture: Architecture
    /// Shifts are uniform within ± this, in eV.
    public var maxShiftEV: Double
    /// Spectra of one epoch, after which the training is validated and saved: fresh ones, or with `paper` the whole set.
    public var spectraPerEpoch: Int
    /// The most epochs.
    public var epochs: Int
    /// The rate's course.
    public var recipe: Recipe
    /// Spectra of one step.
    public var batch = 64
    /// The norm gradients are clipped to.
    public var clipNorm = 1.0
    /// The highest rate of `oneCycle`.
    public var peakRate = usualPeakRate
    /// The highest rate of `oneCycle` from weights that were drawn.
    public static let usualPeakRate: Float = 3e-3
    /// Spectra over which the rate of `oneCycle` rises, at most three tenths of all: a transformer that dwells at low
    /// rates settles on half an alignment.
    public var warmUpSpectra = 80_000
    /// Factor on the localisation network's rate in `oneCycle`: its output is an energy, small against the axis,
    /// and jumps at the full rate.
    public var localisationRateScale: Float = 0.1
    /// Spectra apart from the training's that each epoch is validated on, the same ones every time.
    public var validationSpectra: Int
    /// Fresh spectra that the shift's origin is measured on in the end.
    public var calibrationSpectra = 10_000
    /// Seed of the weights, the mixtures, the shifts, their order and the dropout.
    public var seed: UInt64
    /// Instrument effects of the measurements that the paper's networks are trained on; nil for the paper's mixtures.
    public var effects: InstrumentEffects?
    /// What the weights were at the start, in words; nil where they were drawn.
    public private(set) var start: String?
    /// What reference spectra are mixed, by `SpectralLibrary.identity`; nil for the built-in library's.
    public var library: String?

    /// A plan; what is not named has the values that the shipped STN was trained with.
    public init(
        architecture: Architecture, maxShiftEV: Double = 3, spectraPerEpoch: Int = 100_000, epochs: Int = 40,
        recipe: Recipe = .oneCycle, seed: UInt64 = 1
    ) {
        self.architecture = architecture
        self.maxShiftEV = maxShiftEV
        self.spectraPerEpoch = spectraPerEpoch
        self.epochs = epochs
        self.recipe = recipe
        self.seed = seed
        // The paper splits its spectra 80 to 20.
        validationSpectra = recipe == .paper ? spectraPerEpoch / 4 : 4000
        guard !Architecture.paper.contains(architecture) else { return }
        validationSpectra = 4096
        clipNorm = 5
        if architecture == .regionSTN { batch = 256 }
    }

    /// The same plan from the weights of a model, at half the rate, which would else throw away what they know.
    public func starting(from model: Model) -> TrainingPlan {
        var plan = self
        let seen = model.trainingRecord["spectra"] ?? "an unknown number of"
        plan.start =
            "\(model.name), \(seen) spectra, validation loss \(model.trainingRecord["validation_loss"] ?? "unknown")"
        plan.peakRate = peakRate / 2
        return plan
    }

    /// Steps of one epoch.
    public var stepsPerEpoch: Int { max(1, spectraPerEpoch / batch) }
    /// Spectra that the whole plan shows the network at most.
    public var totalSpectra: Int { stepsPerEpoch * batch * epochs }
}

/// Where a training stands, for whoever waits for it.
public struct TrainingProgress: Sendable {
    /// The epoch under way, from one.
    public var epoch: Int
    /// Epochs of the plan.
    public var epochs: Int
    /// Spectra shown so far, those before a resumption included.
    public var spectraSeen: Int
    /// Spectra of the whole plan.
    public var totalSpectra: Int
    /// The rate of this epoch's last step.
    public var learningRate: Float
    /// Running mean of the loss.
    public var loss: Float
    /// Spectra per second of this run.
    public var spectraPerSecond: Double
    /// Seconds that the epoch took, validation included, when it has just ended.
    public var epochSeconds: Double?
    /// The figures on the validation's spectra, when an epoch has just ended.
    public var validation: TrainingValidation?
}

/// A network's figures on spectra that it was not trained on.
public struct TrainingValidation: Sendable, Codable, Equatable {
    /// Mean binary cross-entropy.
    public var loss: Float
    /// Share of spectra with every label right.
    public var subsetAccuracy: Double
    /// Median of estimated minus applied shift: the network's own origin, in eV.
    public var shiftOriginEV: Double?
    /// How far estimated minus applied shift lies from that origin, in eV: the mean, of a network on regions, whose wrong
    /// alternatives are eV away, the median.
    public var shiftErrorEV: Double?

    /// Figures; those of the shift are nil where a network estimates none.
    package init(loss: Float, subsetAccuracy: Double, shiftOriginEV: Double? = nil, shiftErrorEV: Double? = nil) {
        self.loss = loss
        self.subsetAccuracy = subsetAccuracy
        self.shiftOriginEV = shiftOriginEV
        self.shiftErrorEV = shiftErrorEV
    }
}
