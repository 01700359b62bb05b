import Glibc

/// What happens to a sample during a run at a virtual beamline: how much of which polymer is seen in each spectrum, how
/// far the sample is charged, and where the instrument looks.
///
/// A value of its kind, length and seed alone: frame 17 of the same scenario is always the same.
public struct BeamlineScenario: Sendable, Hashable {
    /// The kinds of run.
    public enum Kind: String, Sendable, CaseIterable {
        /// A reaction followed in time while the sample charges: poly(vinyl alcohol) becomes poly(vinyl acetate), so
        /// alcohol goes and ester comes.
        case time
        /// A square map of nylon islands in PET.
        case map
        /// A depth profile through PVDF on PMMA on silicone.
        case depth
    }

    /// One spectrum's place in the run.
    public struct Frame: Sendable, Hashable {
        /// One polymer of the sample.
        public struct Constituent: Sendable, Hashable {
            /// The library's abbreviation.
            public let polymer: String
            /// Its share of the visible atoms.
            public let fraction: Double
        }

        /// A coordinate along which the run scans.
        public struct Coordinate: Sendable, Hashable {
            /// Its name with the unit, such as `depth_nm`.
            public let name: String
            /// Where the instrument looks.
            public let value: Double
        }

        /// What is seen; fractions sum to 1.
        public let constituents: [Constituent]
        /// How far the sample is charged.
        public let shiftEV: Double
        /// Where and when.
        public let coordinates: [Coordinate]
        /// How long the instrument stands still before this spectrum: a stage that moves, a source that is refilled.
        public let pauseS: Double
    }

    /// What kind of run.
    public let kind: Kind
    /// How many spectra.
    public let count: Int
    /// Seconds from one spectrum to the next, as the coordinates tell it.
    public let intervalS: Double
    /// How far the sample charges at most, in eV.
    public let chargeEV: Double
    private let seed: UInt64

    /// A run of `count` spectra.
    ///
    /// - Precondition: `count` and `intervalS` are above 0.
    public init(_ kind: Kind, count: Int, intervalS: Double = 1, chargeEV: Double = 1.5, seed: UInt64) {
        precondition(count > 0 && intervalS > 0, "a run has spectra, and takes time")
        self.kind = kind
        self.count = count
        self.intervalS = intervalS
        self.chargeEV = chargeEV
        self.seed = seed
    }

    /// The polymers that occur, by the library's abbreviations.
    public var polymers: [String] {
        switch kind {
        case .time: ["PVA", "PVAC"]
        case .map: ["PET", "N6"]
        case .depth: ["PVDF", "PMMA", "PDMS"]
        }
    }

    /// The core levels that tell these polymers apart.
    public var regions: Set<String> {
        switch kind {
        case .time: ["C 1s", "O 1s"]
        case .map: ["C 1s", "N 1s", "O 1s"]
        case .depth: ["Si 2p", "C 1s", "O 1s", "F 1s"]
        }
    }

    /// Points along one side of a map.
    public var side: Int { Int(Double(count).squareRoot().rounded(.up)) }

    /// A spectrum's place in the run.
    ///
    /// - Precondition: `index` lies in `0..<count`.
    public func frame(_ index: Int) -> Frame {
        precondition((0..<count).contains(index), "the run has \(count) spectra")
        let progress = count > 1 ? Double(index) / Double(count - 1) : 0
        let coordinates = coordinates(of: index, progress)
        return Frame(
            constituents: zip(polymers, fractions(at: progress, coordinates)).map(Frame.Constituent.init),
            shiftEV: shiftEV(at: progress, index), coordinates: coordinates, pauseS: pauseS(before: index))
    }

    private static let pixelUM = 5.0
    private static let depthNM = 60.0

    private func coordinates(of index: Int, _ progress: Double) -> [Frame.Coordinate] {
        let time = Frame.Coordinate(name: "time_s", value: Double(index) * intervalS)
        switch kind {
        case .time: return [time]
        case .map:
            let (row, column) = index.quotientAndRemainder(dividingBy: side)
            return [
                Frame.Coordinate(name: "x_um", value: Double(column) * Self.pixelUM),
                Frame.Coordinate(name: "y_um", value: Double(row) * Self.pixelUM), time,
            ]
        case .depth: return [Frame.Coordinate(name: "depth_nm", value: progress * Self.depthNM), time]
        }
    }

    private func fractions(at progress: Double, _ coordinates: [Frame.Coordinate]) -> [Double] {
        switch kind {
        case .time:
            let product = Self.step(progress - 0.5, width: 0.06)
            return [1 - product, product]
        case .map:
            let island = islandShare(xUM: coordinates[0].value, yUM: coordinates[1].value)
            return [1 - island, island]
        case .depth:
            // Sputtering blurs each interface by a few nanometres.
            let first = 1 - Self.step(progress - 0.35, width: 0.03)
            let last = Self.step(progress - 0.75, width: 0.03)
            return [first, max(0, 1 - first - last), last]
        }
    }

    /// Three islands of a fifth of the map's side, where the seed puts them.
    private func islandShare(xUM: Double, yUM: Double) -> Double {
        var random = RandomSource(key: seed, 1)
        let sizeUM = Double(side) * Self.pixelUM
        return (0..<3).map { _ in
            let centre = (x: random.uniform(in: 0...sizeUM), y: random.uniform(in: 0...sizeUM))
            let distance = hypot(xUM - centre.x, yUM - centre.y)
            return Self.step(0.2 * sizeUM - distance, width: 0.02 * sizeUM)
        }.max() ?? 0
    }

    /// A charge that builds up and trembles.
    private func shiftEV(at progress: Double, _ index: Int) -> Double {
        var random = RandomSource(key: seed, 2, UInt64(index))
        let built = kind == .map ? 0.5 + 0.3 * sin(6 * progress) : 0.1 + 0.9 * (1 - exp(-3 * progress))
        return chargeEV * (built + 0.01 * random.normal())
    }

    /// Stages turn round at the end of a map's row; every hundredth spectrum or so waits for the source.
    private func pauseS(before index: Int) -> Double {
        guard index > 0 else { return 0 }
        var random = RandomSource(key: seed, 3, UInt64(index))
        let turn = kind == .map && index % side == 0 ? 3 * intervalS : 0
        return turn + (random.chance(0.01) ? random.uniform(in: 5...20) * intervalS : 0)
    }

    /// From 0 to 1 around zero.
    private static func step(_ distance: Double, width: Double) -> Double {
        1 / (1 + exp(-distance / max(width, .leastNormalMagnitude)))
    }
}
