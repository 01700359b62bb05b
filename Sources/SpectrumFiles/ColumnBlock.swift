import Spectroscopy

/// The points of one region in a text of columns, in the file's order, with what stands above them.
struct ColumnBlock {
    /// What an energy is to the points above it.
    enum Place {
        case next
        /// One end's energy again, as some programs write it.
        case repeatedEnd
        case otherRegion
        case none
    }

    /// Regions lie further apart than this and than some steps; a hole in a region is smaller.
    private static let leapEV = 10.0
    private static let leapSteps = 10.0

    let header: TextHeader
    /// The region's name, or the core level that a title names, as the header has it.
    let headedName: String?
    /// What its header, or one above, calls the intensities.
    let ordinate: RegionSettings.Ordinate?
    /// Line of the first point.
    let firstLine: Int
    private(set) var hasRepeatedEnd = false
    private(set) var energiesEV: [Double]
    private(set) var intensities: [Float]
    private var isEnded = false

    init(
        header: TextHeader, ordinate: RegionSettings.Ordinate?, firstLine: Int, energyEV: Double, intensity: Float
    ) {
        self.header = header
        headedName = header.regionName.map(CoreLevelName.canonical) ?? header.titledLevel
        self.ordinate = ordinate
        self.firstLine = firstLine
        energiesEV = [energyEV]
        intensities = [intensity]
    }

    var lastEV: Double { energiesEV[energiesEV.count - 1] }

    var rangeEV: ClosedRange<Double> { min(energiesEV[0], lastEV)...max(energiesEV[0], lastEV) }

    /// The range in binding energy, if the energies are kinetic ones under these photons.
    func bindingRangeEV(photonEnergyEV: Double) -> ClosedRange<Double> {
        photonEnergyEV - rangeEV.upperBound...photonEnergyEV - rangeEV.lowerBound
    }

    /// Whether a header in the next line is that of another region.
    func isOther(_ header: TextHeader) -> Bool {
        if let name = header.regionName { return CoreLevelName.canonical(name) != headedName }
        // A title alone may speak of what stands in the region.
        guard let headedName, let name = header.titledLevel else { return false }
        return name != headedName
    }

    /// What an energy in the next line is.
    func place(of energyEV: Double) -> Place {
        if energyEV == lastEV { return hasRepeatedEnd ? .none : .repeatedEnd }
        guard energiesEV.count > 1 else { return .next }
        guard (energyEV > lastEV) == (energiesEV[1] > energiesEV[0]) else { return .otherRegion }
        let stepEV = (lastEV - energiesEV[0]).magnitude / Double(energiesEV.count - 1)
        if (energyEV - lastEV).magnitude > max(Self.leapEV, Self.leapSteps * stepEV) { return .otherRegion }
        return isEnded ? .none : .next
    }

    /// Adds a point.
    mutating func add(_ energyEV: Double, _ intensity: Float) {
        energiesEV.append(energyEV)
        intensities.append(intensity)
    }

    /// Leaves out a point whose energy is that of the end above it; behind several points that is the last one.
    mutating func repeatEnd() {
        hasRepeatedEnd = true
        isEnded = energiesEV.count > 1
    }

    /// The energies with their signs turned.
    var negated: ColumnBlock {
        var block = self
        block.energiesEV = energiesEV.map { -$0 }
        return block
    }
}
