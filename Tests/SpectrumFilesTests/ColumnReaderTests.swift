import Spectroscopy
import SpectrumFiles
import Testing

@Suite struct ColumnReaderTests {
    private func read(
        _ text: String, _ options: SpectrumFile.Options = SpectrumFile.Options()
    ) throws(SpectrumFileError) -> (Region, [String]) {
        let file = try SpectrumFile.read(Array(text.utf8), named: "folder/C1s PET.csv", options: options)
        return (file.spectra[0].regions[0], file.notices)
    }

    private func refusal(_ text: String) -> SpectrumFileError? {
        #expect(throws: SpectrumFileError.self) { try read(text) }
    }

    private func rows(_ separator: String, decimal: String = ".") -> String {
        (0..<8).map { row in
            let energy = ["280", "280.5", "281", "281.5", "282", "282.5", "283", "283.5"][row]
            return [energy, "\(row * 3).25"].map { String($0.map { $0 == "." ? Character(decimal) : $0 }) }
                .joined(separator: separator)
        }.joined(separator: "\n")
    }

    @Test(arguments: [
        (",", "."), (", ", "."), (";", "."), ("\t", "."), (" ", "."), ("   ", "."), (";", ","), ("\t", ","),
        ("  ", ","), (" \t", "."),
    ])
    func separatorsAndDecimalCommasAreTold(separator: String, decimal: String) throws {
        let (region, _) = try read(
            "Binding Energy (eV)" + separator + "Intensity\n" + rows(separator, decimal: decimal))
        #expect(region.axis == .uniform(startEV: 280, stepEV: 0.5, count: 8))
        #expect(region.intensities == (0..<8).map { Float($0 * 3) + 0.25 })
        #expect(region.name == "C1s PET")
        #expect(region.settings.ordinate == .arbitrary)
    }

    @Test func settingsAreFoundInTheHeader() throws {
        let header = """
            # Region: O 1s
            # Photon energy (eV) = 600.5
            # pass energy: 20 eV
            # Dwell time = 0.5
            # Sweeps: 3
            Kinetic Energy (eV),Counts
            """
        let (region, _) = try read(header + "\n" + rows(","))
        #expect(region.name == "O 1s")
        #expect(region.axis.kind == .kinetic)
        #expect(region.settings.ordinate == .counts)
        #expect(region.settings.photonEnergyEV == 600.5 && region.settings.passEnergyEV == 20)
        #expect(region.settings.exposureS == 1.5)
        #expect(abs(region.settings.bindingEnergyEV(at: 0) - 320.5) < 1e-9)
    }

    @Test func kineticEnergiesNeedAPhotonEnergy() throws {
        let text = "KE,cps\n" + rows(",")
        let error = try #require(refusal(text))
        #expect(error.line == 2 && error.reason.contains("photon energy"))
        let (region, _) = try read(text, SpectrumFile.Options(photonEnergyEV: 1486.6))
        #expect(region.settings.photonEnergyEV == 1486.6 && region.settings.ordinate == .countsPerSecond)
    }

    /// Where no header names them, energies are kinetic ones if the core level of the file's name lies there only then.
    @Test func unnamedEnergiesUnderToldPhotonsMayBeKinetic() throws {
        func kind(_ firstEV: Int, photonEnergyEV: Double?, header: String = "") throws -> (EnergyAxis.Kind, [String]) {
            let text = header + (0..<16).map { "\(firstEV + $0) \($0 * 5)" }.joined(separator: "\n")
            let (region, notices) = try read(text, SpectrumFile.Options(photonEnergyEV: photonEnergyEV))
            return (region.axis.kind, notices)
        }
        // The file's name is that of C 1s.
        let (found, notices) = try kind(1195, photonEnergyEV: 1486.6)
        #expect(found == .kinetic && notices.contains { $0.contains("kinetic energies") })
        #expect(try kind(1195, photonEnergyEV: nil).0 == .binding)
        #expect(try kind(278, photonEnergyEV: 1486.6).0 == .binding && kind(278, photonEnergyEV: 570).0 == .binding)
        #expect(try kind(358, photonEnergyEV: 650).0 == .kinetic)
        // The header's word counts more, for the name as for the photons.
        #expect(try kind(925, photonEnergyEV: 1486.6, header: "# Region: Cu 2p\n").0 == .binding)
        #expect(try kind(1195, photonEnergyEV: 1486.6, header: "# Photon energy = 650\n").0 == .binding)
    }

    @Test func assumptionsAreStated() throws {
        let (region, notices) = try read((0..<6).map { "\(290 - $0) \($0 * 5)" }.joined(separator: "\n"))
        #expect(region.axis == .uniform(startEV: 290, stepEV: -1, count: 6))
        #expect(region.settings.ordinate == .counts)
        #expect(notices.contains { $0.contains("binding energies") } && notices.contains { $0.contains("counts") })
        let far = (0..<6).map { "\(2900 - $0) \($0 * 5)" }.joined(separator: "\n")
        #expect(refusal(far)?.reason.contains("binding or kinetic") == true)
    }

    @Test func columnsAreChosenByTheirNames() throws {
        let text =
            "KE/eV\tBackground\tBE/eV\tcounts\n"
            + (0..<6).map { "\(1200 + $0)\t3\t\(286 - $0)\t\($0 + 40)" }.joined(separator: "\n")
        let (region, notices) = try read(text)
        #expect(region.axis == .uniform(startEV: 286, stepEV: -1, count: 6))
        #expect(region.intensities == [40, 41, 42, 43, 44, 45])
        #expect(notices.contains { $0.contains("column 3") && $0.contains("column 4") })
    }

    @Test func linesThatAreNoPointsAreNamed() throws {
        let text = "BE,I\n" + rows(",") + "\n284,oops\n"
        let error = try #require(refusal(text))
        #expect(error.line == 10 && error.reason.contains("284,oops"))
        let (region, _) = try read("BE,I\n" + rows(",") + "\n\n# the end\n")
        #expect(region.intensities.count == 8)
    }

    @Test func severalSpectraInOneColumnAreRefused() throws {
        let error = try #require(refusal("BE,I\n" + rows(",") + "\n" + rows(",")))
        #expect(error.line == 10 && error.reason.contains("turns back"))
    }

    /// Some programs write an end twice.
    @Test func aRepeatedEnergyIsLeftOut() throws {
        let last = try #require(rows(",").split(separator: "\n").last)
        let (region, notices) = try read("BE,I\n" + rows(",") + "\n" + last + "\n")
        let (plain, _) = try read("BE,I\n" + rows(","))
        #expect(region == plain && notices.contains { $0.contains("written twice") })
        #expect(try read("BE,I\n1,2\n1,3\n2,4\n3,4\n4,5\n5,5\n").0.intensities == [2, 4, 4, 5, 5])
        // In the middle it is something else.
        #expect(refusal("BE,I\n1,2\n2,4\n2,5\n3,4\n4,5\n5,5\n")?.line == 5)
        #expect(refusal("BE,I\n1,2\n1,3\n2,4\n3,4\n4,5\n5,5\n5,6\n")?.line == 8)
    }

    @Test func tablesThatAreNoSpectraAreRefused() {
        #expect(refusal("Name\tPosition\tFWHM\nC 1s\t285\t1.2\n")?.reason.contains("fitted peaks") == true)
        #expect(refusal("Dear reader,\nhello\n")?.reason.contains("two numbers") == true)
        #expect(refusal("index counts\n" + rows(" "))?.reason.contains("index") == true)
        #expect(refusal("BE,I\n280,1\n281,2\n")?.reason.contains("2 points") == true)
        #expect(refusal("BE,I\n280,1\n281,1e300\n282,3\n283,4\n284,5\n")?.line == 3)
    }

    @Test func numbersAreReadToTheLastBit() throws {
        var state: UInt64 = 7
        var values: [Double] = [0.1, 1486.6, 123_456.789_012_345_68]
        for _ in 0..<2000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Double(bitPattern: state)
            if value.isFinite { values.append(value) }
        }
        // Energies as the carrier: equal steps from each number on, and within what an axis may hold.
        for value in values.map(\.magnitude) where value > 1e-3 && value < 1e6 {
            let energies = (4..<12).map { value * Double($0) / 4 }
            let text = "Binding energy\tI\n" + energies.map { "\($0)\t1" }.joined(separator: "\n")
            #expect(try read(text).0.axis.energyEV(at: 0) == value)
        }
    }
}
