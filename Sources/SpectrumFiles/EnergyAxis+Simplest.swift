import Spectroscopy

extension EnergyAxis {
    /// How far an energy may be from equal steps to be taken for one: what printing to four digits leaves.
    private static let uniformToleranceEV = 1e-4

    /// A uniform axis where the energies are equally spaced to a tenth of a millielectronvolt, else an explicit one.
    static func simplest(_ kind: Kind, energiesEV: [Double]) -> EnergyAxis {
        guard let first = energiesEV.first, let last = energiesEV.last, energiesEV.count > 1 else {
            return .explicit(kind, energiesEV: energiesEV)
        }
        // A step read from energies carries their rounding; to a tenth of a microelectronvolt it is what was meant.
        let stepEV = ((last - first) / Double(energiesEV.count - 1) * 1e7).rounded() / 1e7
        for index in energiesEV.indices
        where !((first + Double(index) * stepEV - energiesEV[index]).magnitude <= uniformToleranceEV) {
            return .explicit(kind, energiesEV: energiesEV)
        }
        return .uniform(kind, startEV: first, stepEV: stepEV, count: energiesEV.count)
    }
}
