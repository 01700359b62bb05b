import Classifier
import Testing

struct CalibrationClassTests {
    private static let windows = CoreLevelWindow.all

    private static func noise(_ level: Float, in names: Set<String>) -> [Float] {
        windows.map { names.contains($0.name) ? level : 0.5 }
    }

    private static func recordedEV(_ names: Set<String>) -> [Float] { windows.map { names.contains($0.name) ? 6 : 0 } }

    private static func regions(_ names: Set<String>) -> CalibrationClass.Regions {
        CalibrationClass(noise: noise(-2, in: names), recordedEV: recordedEV(names)).regions
    }

    @Test func regionsAreToldApart() {
        #expect(Self.regions(["C 1s"]) == .carbon)
        #expect(Self.regions(["C 1s", "O 1s"]) == .carbonAndOxygen)
        #expect(Self.regions(["C 1s", "O 1s", "N 1s"]) == .few)
        #expect(Self.regions(["O 1s"]) == .withoutCarbon)
        let all = Set(Self.windows.map(\.name))
        #expect(Self.regions(all) == .survey)
        #expect(Self.regions(all.subtracting(["S 2s", "Cl 2s"])) == .every)
        #expect(Self.regions(all.subtracting(["S 2s", "Cl 2s", "P 2p"])) == .most)
    }

    @Test func aNarrowCarbonRegionIsOne() {
        // Less than 60 % of the window was recorded, but its noise is known.
        let found = CalibrationClass(noise: Self.noise(-3, in: ["C 1s"]), recordedEV: Self.recordedEV([]))
        #expect(found.regions == .carbon)
    }

    @Test func noiseDecidesTheLevel() {
        let levels = [-3.9, -3, -2.5, -2, -1.5, -0.5].map { (noise: Float) in
            CalibrationClass(noise: Self.noise(noise, in: ["C 1s"]), recordedEV: Self.recordedEV(["C 1s"])).level
        }
        #expect(levels == [0, 1, 2, 3, 4, 5])
        #expect(CalibrationClass.levels == 6)
    }

    @Test func classesWithFewExamplesBorrowFromTheNearest() {
        let classes = [Int](repeating: 0, count: 300) + [Int](repeating: 1, count: 10)
        let members = CalibrationPools(classes: classes, least: 200).members
        #expect(members[0] == Array(0..<300))
        #expect(members[1].count == 310)
        #expect(members.allSatisfy { $0.count >= 200 })
    }
}
