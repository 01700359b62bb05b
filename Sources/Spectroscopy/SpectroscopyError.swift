/// Why a region cannot be a measurement, in the user's words.
public struct SpectroscopyError: Error, Sendable, Hashable {
    /// What is wrong with the region.
    public enum Problem: Sendable, Hashable {
        /// The region has no points.
        case empty
        /// An explicit axis of one point has no step.
        case singlePoint
        /// More points than a region may have.
        case tooManyPoints(count: Int, limit: Int)
        /// An energy is NaN, infinite or beyond any photoelectron's.
        case axisNotFinite(index: Int)
        /// The energies turn back or stand still.
        case axisNotMonotonic(index: Int)
        /// Two energies are closer than any instrument steps.
        case stepTooSmall(stepEV: Double, index: Int)
        /// Kinetic energies came without the photon energy.
        case kineticWithoutPhotonEnergy
        /// The axis and the intensities differ in length.
        case countMismatch(axis: Int, intensities: Int)
        /// An intensity is NaN, infinite or beyond any detector's.
        case intensityNotFinite(index: Int)
        /// Most of the intensities are below zero, so that they are none of a detector's.
        case intensitiesNegative(count: Int, of: Int)
        /// The transmission and the axis differ in length.
        case transmissionCountMismatch(axis: Int, transmission: Int)
        /// A transmission is not a positive number, so nothing can be divided by it.
        case transmissionNotPositive(index: Int)
        /// A setting is outside what is possible.
        case setting(name: String, value: Double)
        /// A spectrum without regions.
        case noRegions
    }

    /// The region at fault, where there is one.
    public let region: String?
    /// What is wrong.
    public let problem: Problem

    /// Creates an error.
    public init(region: String?, problem: Problem) {
        self.region = region
        self.problem = problem
    }
}

extension SpectroscopyError: CustomStringConvertible {
    /// What was wrong, where, and what to do.
    public var description: String {
        guard let region else { return "\(problem)" }
        return "region \"\(region)\": \(problem)"
    }
}

extension SpectroscopyError.Problem: CustomStringConvertible {
    /// What was wrong and what to do, without the place.
    public var description: String {
        switch self {
        case .empty:
            "has no points; leave the region out"
        case .singlePoint:
            "an explicit axis needs at least two points; give start and step instead"
        case .tooManyPoints(let count, let limit):
            "has \(count) points, \(limit) are the most that are accepted; split it"
        case .axisNotFinite(let index):
            "energy \(index) of the axis is not a finite number within \(EnergyAxis.highestEnergyEV) eV"
        case .axisNotMonotonic(let index):
            "energy \(index) of the axis turns back or repeats; energies must strictly ascend or descend"
        case .stepTooSmall(let stepEV, let index):
            "energy \(index) of the axis is \(stepEV) eV from its neighbour; steps below "
                + "\(EnergyAxis.finestStepEV) eV are taken for a damaged axis"
        case .kineticWithoutPhotonEnergy:
            "the axis is kinetic energy and no photon energy is given; give photon_energy_eV"
        case .countMismatch(let axis, let intensities):
            "the axis has \(axis) points but there are \(intensities) intensities"
        case .intensityNotFinite(let index):
            "intensity \(index) is NaN, infinite or beyond \(Region.highestIntensity)"
        case .intensitiesNegative(let count, let total):
            "\(count) of \(total) intensities are below zero, and a detector counts nothing less than none; turn their "
                + "sign, or give them as recorded, with no background subtracted"
        case .transmissionCountMismatch(let axis, let transmission):
            "the axis has \(axis) points but the transmission has \(transmission)"
        case .transmissionNotPositive(let index):
            "transmission \(index) is below \(RegionSettings.lowestTransmission), so that nothing can be divided by it"
        case .setting(let name, let value):
            "\(name) is \(value), which is not possible; correct it or leave it out"
        case .noRegions:
            "the spectrum has no regions"
        }
    }
}
