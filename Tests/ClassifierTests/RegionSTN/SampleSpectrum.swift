import Spectroscopy
import Synthesis

/// Lines on a level background, recorded in whatever windows a test asks for.
struct SampleSpectrum {
    /// Centres in eV and areas in counts.
    var lines: [(centreEV: Double, area: Double)] = [(285.1, 3000), (533.2, 2000)]
    /// Counts per eV between them.
    var backgroundPerEV = 1000.0
    /// What all lines are moved by.
    var shiftEV = 0.0

    /// Counts per eV.
    func density(atEV energyEV: Double) -> Double {
        lines.reduce(backgroundPerEV) { sum, line in
            let shape = LineShape(centreEV: line.centreEV + shiftEV, fwhmEV: 1.2, lorentzianFraction: 0)
            return sum + line.area * shape.density(atEV: energyEV)
        }
    }

    /// A region of expected counts; `exposure` multiplies them.
    func region(
        _ name: String, _ rangeEV: ClosedRange<Double>, stepEV: Double = 0.1, exposure: Double = 1,
        ordinate: RegionSettings.Ordinate = .counts, dwellS: Double? = nil
    ) throws -> Region {
        let count = Int(((rangeEV.upperBound - rangeEV.lowerBound) / stepEV).rounded()) + 1
        let axis = EnergyAxis.uniform(startEV: rangeEV.lowerBound, stepEV: stepEV, count: count)
        return try Region(
            settings: RegionSettings(name: name, axis: axis, ordinate: ordinate, dwellS: dwellS),
            intensities: (0..<count).map { Float(density(atEV: axis.energyEV(at: $0)) * stepEV * exposure) })
    }

    /// The same region, counted.
    static func counted(_ region: Region, _ random: inout RandomSource) throws -> Region {
        try Region(
            settings: region.settings,
            intensities: region.intensities.map { Float(random.poisson(mean: Double($0))) })
    }

    /// On the standard grid, in rows that a reading takes.
    func row() -> [Float] {
        let grid = EnergyGrid.standard
        return (0..<grid.count).map { Float(density(atEV: grid.energyEV(at: $0)) * grid.stepEV) }
    }
}
