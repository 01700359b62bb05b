/// Spectra that are calibrated together: what was recorded, and how noisy the best of it is.
package struct CalibrationClass: Sendable, Hashable {
    /// What was recorded.
    package enum Regions: Int, Sendable, CaseIterable {
        /// C 1s alone.
        case carbon
        /// C 1s and O 1s.
        case carbonAndOxygen
        /// Any regions but C 1s.
        case withoutCarbon
        /// C 1s and a few others.
        case few
        /// Most of the windows.
        case most
        /// Every window that polymer work records for itself.
        case every
        /// All windows, those without a region of their own included.
        case survey
    }

    /// Where one noise level ends and the next begins: log10 of the noise of 1 eV as a share of the highest 1 eV.
    ///
    /// Half a unit is a factor of ten in counts: with 0.1 eV steps the levels are about 1e6, 1e5, 1e4, 1e3, 1e2 and
    /// fewer counts at the highest channel.
    package static let noiseBounds: [Float] = [-3.25, -2.75, -2.25, -1.75, -1.25]
    /// Noise levels of every set of regions.
    package static let levels = noiseBounds.count + 1
    /// Number of classes.
    package static let count = Regions.allCases.count * levels
    /// The C 1s window.
    static let carbon = window(named: "C 1s")
    /// The O 1s window.
    static let oxygen = window(named: "O 1s")
    /// More than this is a recorded window, in eV.
    private static let leastRecordedEV: Float = 5.95
    /// From so many recorded windows on they are most.
    private static let leastOfMost = 7
    /// From so many on they are all, but those that only surveys record.
    private static let leastOfEvery = 10
    /// A window that only surveys record.
    private static let surveyed = window(named: "S 2s")

    package let regions: Regions
    /// 0 for the least noise.
    package let level: Int

    /// The class of a spectrum with that noise in each window, and so much recorded of it, in eV.
    package init(noise: [Float], recordedEV: [Float]) {
        let recordedWindows = recordedEV.map { $0 > Self.leastRecordedEV }
        let least = noise.min() ?? RegionReading.noiseRange.upperBound
        let named = [Self.carbon, Self.oxygen]
        let isOther = recordedWindows.indices.contains { recordedWindows[$0] && !named.contains($0) }
        func has(_ window: Int) -> Bool { noise[window] < RegionReading.noiseRange.upperBound }
        level = Self.noiseBounds.count { least >= $0 }
        regions =
            if recordedWindows[Self.surveyed] {
                .survey
            } else if !has(Self.carbon) {
                .withoutCarbon
            } else if isOther {
                switch recordedWindows.count(where: \.self) {
                case Self.leastOfEvery...: .every
                case Self.leastOfMost...: .most
                default: .few
                }
            } else {
                has(Self.oxygen) ? .carbonAndOxygen : .carbon
            }
    }

    /// The class's place among all.
    package var index: Int { regions.rawValue * Self.levels + level }

    /// The places of classes in the order in which their examples are of use to this one: its own, those of the same
    /// regions by distance in noise, all others.
    static func neighbours(of index: Int) -> [[Int]] {
        let (row, level) = (index / levels * levels, index % levels)
        let near = (0..<levels).map { distance in
            [level - distance, level + distance].filter { (0..<levels).contains($0) }.map { row + $0 }
        }
        let first = near.enumerated().map { $0 == 0 ? [index] : $1 }.filter { !$0.isEmpty }
        return first + [(0..<count).filter { $0 / levels != index / levels }]
    }

    private static func window(named name: String) -> Int {
        guard let index = CoreLevelWindow.all.firstIndex(where: { $0.name == name }) else {
            preconditionFailure("no window is named “\(name)”")
        }
        return index
    }
}
