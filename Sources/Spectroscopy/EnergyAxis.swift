/// The energies at which a region was measured, as the instrument counted them.
public struct EnergyAxis: Sendable, Hashable {
    /// What the energies are.
    public enum Kind: String, Sendable, Hashable {
        /// Binding energy.
        case binding
        /// Kinetic energy, which needs a photon energy to become a binding energy.
        case kinetic
    }

    /// How the energies are given.
    public enum Points: Sendable, Hashable {
        /// `startEV + i · stepEV`; a negative step descends.
        case uniform(startEV: Double, stepEV: Double, count: Int)
        /// One value per point, strictly ascending or strictly descending.
        case explicit([Double])
    }

    /// The most points a region may have.
    public static let maximumCount = 1 << 20
    /// The finest step that is taken for one; anything below is a damaged axis.
    public static let finestStepEV = 1e-4
    /// No electron of photoemission has an energy beyond this.
    public static let highestEnergyEV = 1e7

    /// What the energies are.
    public let kind: Kind
    /// The energies.
    public let points: Points

    /// Creates an axis; ``RegionSettings`` checks it.
    public init(kind: Kind, points: Points) {
        self.kind = kind
        self.points = points
    }

    /// Creates an axis of equal steps.
    public static func uniform(
        _ kind: Kind = .binding, startEV: Double, stepEV: Double, count: Int
    ) -> EnergyAxis {
        EnergyAxis(kind: kind, points: .uniform(startEV: startEV, stepEV: stepEV, count: count))
    }

    /// Creates an axis from one energy per point.
    public static func explicit(_ kind: Kind = .binding, energiesEV: [Double]) -> EnergyAxis {
        EnergyAxis(kind: kind, points: .explicit(energiesEV))
    }

    /// Number of points.
    public var count: Int {
        switch points {
        case .uniform(_, _, let count): count
        case .explicit(let energiesEV): energiesEV.count
        }
    }

    /// The energy of a point, on the axis's own scale.
    public func energyEV(at index: Int) -> Double {
        switch points {
        case .uniform(let startEV, let stepEV, _): startEV + Double(index) * stepEV
        case .explicit(let energiesEV): energiesEV[index]
        }
    }

    /// The mean distance of neighbouring points, without sign.
    public var meanStepEV: Double {
        switch points {
        case .uniform(_, let stepEV, _):
            return stepEV.magnitude
        case .explicit(let energiesEV):
            guard let first = energiesEV.first, let last = energiesEV.last, energiesEV.count > 1 else { return 0 }
            return (last - first).magnitude / Double(energiesEV.count - 1)
        }
    }

    /// Whether a number can be an energy at all: finite and within reach, so that arithmetic on it stays finite.
    static func isEnergy(_ energyEV: Double) -> Bool {
        energyEV.magnitude <= highestEnergyEV
    }

    /// Finds what keeps the axis from being one: too few or too many points, energies that are not finite or turn back.
    func firstProblem() -> SpectroscopyError.Problem? {
        guard count > 0 else { return .empty }
        guard count <= Self.maximumCount else { return .tooManyPoints(count: count, limit: Self.maximumCount) }
        switch points {
        case .uniform(let startEV, let stepEV, let count):
            guard Self.isEnergy(startEV) else { return .axisNotFinite(index: 0) }
            guard stepEV.isFinite, Self.isEnergy(startEV + Double(count) * stepEV) else {
                return .axisNotFinite(index: 1)
            }
            guard stepEV.magnitude >= Self.finestStepEV else { return .stepTooSmall(stepEV: stepEV, index: 1) }
        case .explicit(let energiesEV):
            if let index = energiesEV.firstIndex(where: { !Self.isEnergy($0) }) { return .axisNotFinite(index: index) }
            guard energiesEV.count > 1 else { return .singlePoint }
            let ascends = energiesEV[1] > energiesEV[0]
            for index in 1..<energiesEV.count {
                let stepEV = energiesEV[index] - energiesEV[index - 1]
                guard stepEV != 0, (stepEV > 0) == ascends else { return .axisNotMonotonic(index: index) }
                guard stepEV.magnitude >= Self.finestStepEV else { return .stepTooSmall(stepEV: stepEV, index: index) }
            }
        }
        return nil
    }
}
