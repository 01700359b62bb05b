import Spectroscopy

/// The columns of a VAMAS block, without the points that it marks as not given.
struct VAMASPoints {
    private(set) var abscissa: [Double]?
    private(set) var intensities: [Double]
    private(set) var transmission: [Double]?

    init(abscissa: [Double]?, intensities: [Double], transmission: [Double]?) {
        self.abscissa = abscissa
        self.intensities = intensities
        self.transmission = transmission
    }

    /// Leaves out the points that have no intensity; says how many.
    mutating func dropMissing(start: Double, step: Double) -> Int {
        let kept = intensities.indices.filter { intensities[$0] < VAMASBlock.notGiven }
        let missing = intensities.count - kept.count
        guard missing > 0 else { return 0 }
        abscissa = kept.map { abscissa?[$0] ?? start + Double($0) * step }
        intensities = kept.map { intensities[$0] }
        if let values = transmission { transmission = kept.map { values[$0] } }
        return missing
    }

    /// The axis of the points that are left.
    func axis(_ kind: EnergyAxis.Kind, start: Double, step: Double) -> EnergyAxis {
        if let abscissa { return .simplest(kind, energiesEV: abscissa) }
        return .uniform(kind, startEV: start, stepEV: step, count: intensities.count)
    }
}
