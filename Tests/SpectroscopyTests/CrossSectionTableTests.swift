import Spectroscopy
import Testing

struct CrossSectionTableTests {
    @Test func namesAreReadInAnyCase() {
        #expect(PhotoelectronLine("CL2P") == PhotoelectronLine("Cl 2p"))
        #expect(PhotoelectronLine("n1s") == PhotoelectronLine("N 1s"))
        #expect(PhotoelectronLine("CO2P")?.element == "Co" && PhotoelectronLine("C 1s")?.element == "C")
        #expect(PhotoelectronLine("SCAN 2p") == nil && PhotoelectronLine("Survey") == nil)
    }

    /// Scofield's table of Al Kα, 1976, relative to C 1s.
    @Test(arguments: [
        ("N 1s", 1.80), ("O 1s", 2.93), ("F 1s", 4.43), ("Na 1s", 8.52), ("B 1s", 0.486), ("Si 2s", 0.955),
        ("Si 2p", 0.817), ("Si 2p3/2", 0.541), ("P 2p", 1.192), ("S 2p", 1.68), ("Cl 2p", 2.285), ("Br 3d", 2.84),
        ("I 3d", 33.6), ("I 3d5/2", 19.9), ("Ti 2p", 7.91), ("Fe 2p", 16.42), ("Fe 2p3/2", 10.82), ("Cu 2p3/2", 16.73),
        ("Ag 3d5/2", 10.66), ("W 4f", 9.80), ("Au 4f7/2", 9.58), ("Au 4f", 17.12),
    ])
    func aluminiumValuesAreScofields(name: String, expected: Double) throws {
        let line = try #require(PhotoelectronLine(name))
        let factor = try SensitivityFactors(attenuationExponent: 0).factor(
            of: line, photonEnergyEV: 1486.6, transmission: .dividedOut)
        #expect((factor.product / expected - 1).magnitude < 0.005, "\(name): \(factor.product), not \(expected)")
    }

    /// xraylib 4.3 at energies between the table's.
    @Test(arguments: [
        ("C 1s", 2984.2, 1.7285), ("O 1s", 700.0, 281.28), ("Au 4f", 600.0, 2446.3), ("Ti 2p", 5414.7, 1.8404),
        ("Ag 3d", 1100.0, 576.93),
    ])
    func betweenTheColumns(name: String, photonEnergyEV: Double, kilobarn: Double) throws {
        let line = try #require(PhotoelectronLine(name))
        let value = try #require(CrossSectionTable.standard.kilobarn(of: line, photonEnergyEV: photonEnergyEV))
        #expect((value / kilobarn - 1).magnitude < 0.005, "\(value)")
    }

    @Test func nothingIsSaidWhereNothingIsKnown() throws {
        let carbon = try #require(PhotoelectronLine("C 1s"))
        let oxygen = try #require(PhotoelectronLine("O 1s"))
        let table = CrossSectionTable.standard
        #expect(table.kilobarn(of: carbon, photonEnergyEV: 299) == nil)
        #expect(table.kilobarn(of: carbon, photonEnergyEV: 10_001) == nil)
        #expect(table.kilobarn(of: carbon, photonEnergyEV: 320) == nil)
        #expect(table.kilobarn(of: oxygen, photonEnergyEV: 600) == nil)
        #expect(table.kilobarn(of: oxygen, photonEnergyEV: 10_000) != nil)
    }

    @Test(arguments: [
        ("C 1s", "C 1s"), ("C1s", "C 1s"), ("Fe 2p3/2", "Fe 2p3/2"), ("Si_2p scan 3", "Si 2p"), ("Co2p", "Co 2p"),
        (" O1S/1", "O 1s"), ("Ag 3d 5/2", "Ag 3d5/2"), ("N 1s_2", "N 1s"),
    ])
    func linesAreReadFromNames(name: String, expected: String) {
        #expect(PhotoelectronLine(name)?.description == expected)
    }

    @Test(arguments: ["Survey", "Cu LMM", "C KLL", "Region 1", "C 2s", "H 1s", "Fe 2p7/2", "C1s2", "O1sx", "", "C"])
    func otherNamesAreNone(name: String) {
        #expect(PhotoelectronLine(name) == nil)
    }

    @Test func everyElementHasLines() {
        #expect(CrossSectionTable.standard.elements.count == 81)
        for element in CrossSectionTable.standard.elements {
            #expect(!CrossSectionTable.standard.lines(of: element).isEmpty, "\(element)")
        }
    }
}
