import Spectroscopy
import SpectrumFiles
import Testing

@Suite struct VAMASReaderTests {
    private func refusal(_ fixture: VAMASFixture) -> SpectrumFileError? {
        do {
            _ = try fixture.read()
            return nil
        } catch {
            return error
        }
    }

    private func lineNumber(of needle: String, in text: String) -> Int? {
        text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0 == needle }.map { $0 + 1 }
    }

    @Test func itemsOfABlockAreFound() throws {
        let file = try VAMASFixture().read()
        let spectrum = try #require(file.spectra.first)
        let region = try #require(spectrum.regions.first)
        #expect(file.format == .vamas && file.notices.isEmpty && file.spectra.count == 1)
        #expect(spectrum.sample == "PET" && spectrum.blocks == [1] && spectrum.source == "fixture.vms")
        #expect(spectrum.metadata["acquired"] == "2026-11-22T14:00:05")
        #expect(spectrum.metadata["institution"] == "Institute")
        #expect(region.name == "C 1s")
        #expect(region.axis == .uniform(startEV: 280, stepEV: 0.5, count: 6))
        #expect(region.intensities == [10, 11, 12, 13, 14, 15])
        #expect(region.settings.ordinate == .counts)
        #expect(region.settings.photonEnergyEV == 1486.6)
        #expect(region.settings.dwellS == 0.2 && region.settings.sweeps == 5)
        #expect(region.settings.passEnergyEV == 20)
    }

    @Test(arguments: ["\n", "\r\n", "\r", "  \r\n", "\r\r\n"])
    func lineEndsAndBlanksDoNotMatter(ending: String) throws {
        var fixture = VAMASFixture()
        let plain = try fixture.read()
        fixture.ending = ending
        fixture.leading = ending + ending
        fixture.trailing = "end of experiment" + ending + ending + "  "
        let file = try fixture.read()
        #expect(file.spectra == plain.spectra)
        #expect(file.notices.isEmpty)
    }

    @Test func irregularKineticScansWithTransmissionAreRead() throws {
        var fixture = VAMASFixture()
        fixture.scan = "IRREGULAR"
        fixture.ending = "\r\n"
        fixture.blocks[0].variables = [("Kinetic Energy", "eV"), ("Intensity", "d"), ("transmission", "d")]
        fixture.blocks[0].rows = [
            ["1190", "100", "2"], ["1190.1", "110", "2.1"], ["1190.3", "120", "2.2"], ["1190.7", "130.5", "2.3"],
        ]
        let file = try fixture.read()
        let region = try #require(file.spectra.first?.regions.first)
        #expect(file.spectra[0].regions.count == 1)
        #expect(region.axis == .explicit(.kinetic, energiesEV: [1190, 1190.1, 1190.3, 1190.7]))
        #expect(region.intensities == [100, 110, 120, 130.5])
        #expect(region.settings.transmission == [2, 2.1, 2.2, 2.3])
        #expect(!region.settings.isTransmissionCorrected)
        // Fractions are no counts, whatever the signal mode says.
        #expect(region.settings.ordinate == .arbitrary)
        #expect(abs(region.settings.bindingEnergyEV(at: 0) - 296.6) < 1e-9)
    }

    @Test func rowsOfSeveralVariablesAreNotMixed() throws {
        var fixture = VAMASFixture()
        fixture.blocks[0].variables = [("Transmission", "d"), ("cps", "c/s"), ("background", "d")]
        fixture.blocks[0].rows = (1...4).map { ["2.5", "\($0 * 10)", "7"] }
        let file = try fixture.read()
        let region = try #require(file.spectra.first?.regions.first)
        #expect(region.intensities == [10, 20, 30, 40])
        #expect(region.settings.transmission == [2.5, 2.5, 2.5, 2.5])
        #expect(region.settings.ordinate == .countsPerSecond)
        #expect(file.notices.contains { $0.contains("\"background\"") })
    }

    @Test func uselessTransmissionIsLeftOutWithANotice() throws {
        var fixture = VAMASFixture()
        fixture.blocks[0].variables = [("counts", "d"), ("Transmission", "d")]
        fixture.blocks[0].rows = (1...4).map { ["\($0)", $0 == 3 ? "0" : "1"] }
        let file = try fixture.read()
        #expect(file.spectra[0].regions[0].settings.transmission == nil)
        #expect(file.notices.contains { $0.contains("transmission") })
    }

    @Test(arguments: [("counts", "d", "counts"), ("Intensity", "counts s-1", "counts_per_second")])
    func ordinateComesFromLabelAndUnit(label: String, unit: String, ordinate: String) throws {
        var fixture = VAMASFixture()
        fixture.blocks[0].variables = [(label, unit)]
        #expect(try fixture.read().spectra[0].regions[0].settings.ordinate.rawValue == ordinate)
        fixture.blocks[0].variables = [("Intensity", "d")]
        #expect(try fixture.read().spectra[0].regions[0].settings.ordinate == .counts)
        fixture.blocks[0].signalMode = "analogue"
        #expect(try fixture.read().spectra[0].regions[0].settings.ordinate == .arbitrary)
    }

    @Test func blocksOfOneSampleAndOneSetOfVariablesAreOneSpectrum() throws {
        var fixture = VAMASFixture()
        fixture.variables = ["Etch time"]
        func block(_ name: String, _ sample: String, _ time: String) -> VAMASFixture.Block {
            var block = VAMASFixture.Block()
            (block.identifier, block.species, block.transition) = (name, "", "")
            (block.sample, block.variableValues) = (sample, [time])
            return block
        }
        fixture.blocks = [
            block("C1s", "A", "0"), block("O1s", "A", "0"), block("C1s", "A", "60"), block("C1s", "B", "0"),
            block("O1s", "A", "60"), block("C1s", "A", "0"),
        ]
        let file = try fixture.read()
        #expect(file.spectra.map(\.blocks) == [[1, 2], [3, 5], [4], [6]])
        #expect(file.spectra.map(\.sample) == ["A", "A", "B", "A"])
        #expect(file.spectra[1].metadata["Etch time"] == "60")
        #expect(file.spectra[1].regions.map(\.name) == ["C 1s", "O 1s"])
    }

    @Test func anIndexOfTheBlocksDoesNotTearASpectrumApart() throws {
        var fixture = VAMASFixture()
        fixture.variables = ["Index", "PositionX [mm]"]
        for (index, name) in ["C1s", "O1s", "N1s"].enumerated() {
            var block = VAMASFixture.Block()
            (block.identifier, block.species) = (name, "")
            block.variableValues = ["\(index + 1)", "21.5"]
            if index == 0 { fixture.blocks = [block] } else { fixture.blocks.append(block) }
        }
        #expect(try fixture.read().spectra.map(\.blocks) == [[1, 2, 3]])
    }

    @Test func excludedItemsAreTakenFromTheFirstBlock() throws {
        var fixture = VAMASFixture()
        var second = VAMASFixture.Block()
        (second.identifier, second.sample) = ("again", "PS")
        second.rows = (0..<3).map { ["\($0)"] }
        fixture.blocks.append(second)
        // Every item but the comment, by exclusion; then nothing but the abscissa, by inclusion.
        for (items, excludes) in [([1, 2, 3, 4, 5, 6, 7, 9, 12, 14, 21, 22, 25, 30, 32, 34, 40], true), ([31], false)] {
            fixture.items = items
            fixture.excludes = excludes
            let file = try fixture.read()
            #expect(file.spectra.count == 2)
            #expect(file.spectra[1].regions[0].settings.photonEnergyEV == 1486.6)
            #expect(file.spectra[1].regions[0].intensities == [0, 1, 2])
            #expect(file.spectra[1].regions[0].axis == .uniform(startEV: 280, stepEV: 0.5, count: 3))
            #expect(file.spectra[1].sample == "PS")
        }
    }

    @Test(arguments: ["MAP", "MAPDP", "MAPSV", "MAPSVDP", "NORM", "SDP", "SDPSV", "SEM", "NOEXP"])
    func everyExperimentModeHasItsItems(mode: String) throws {
        var fixture = VAMASFixture()
        fixture.mode = mode
        var second = VAMASFixture.Block()
        second.coordinates = ["3", "4"]
        fixture.blocks.append(second)
        let file = try fixture.read()
        #expect(file.spectra.map(\.blocks) == [[1], [2]])
        #expect(file.spectra.allSatisfy { $0.regions[0].intensities == [10, 11, 12, 13, 14, 15] })
        if mode.hasPrefix("MAP"), !mode.hasPrefix("MAPSV") { #expect(file.spectra[1].metadata["x"] == "3.0") }
    }

    @Test(arguments: ["AES diff", "AES dir", "SIMS", "ISS", "EDX", "ELS", "XRF"])
    func otherTechniquesAreSkippedWithANotice(technique: String) throws {
        var fixture = VAMASFixture()
        var other = VAMASFixture.Block()
        (other.technique, other.source) = (technique, "electron gun")
        fixture.blocks = [other, VAMASFixture.Block()]
        let file = try fixture.read()
        #expect(file.spectra.map(\.blocks) == [[2]])
        #expect(file.notices.contains { $0.contains("block 1") && $0.contains(technique) })
        fixture.blocks = [other]
        #expect(refusal(fixture)?.reason.contains(technique) == true)
    }

    @Test func abscissasThatAreNoEnergiesAreSkipped() {
        var fixture = VAMASFixture()
        fixture.blocks[0].label = "Etch Time"
        #expect(refusal(fixture)?.reason.contains("Etch Time") == true)
        fixture.blocks[0].label = "Energy"
        #expect(refusal(fixture)?.reason.contains("neither binding nor kinetic") == true)
        fixture.blocks[0].label = "Kinetic Energy"
        fixture.blocks[0].unit = "keV"
        #expect(refusal(fixture)?.reason.contains("keV") == true)
        fixture = VAMASFixture()
        fixture.scan = "MAPPING"
        #expect(refusal(fixture)?.reason.contains("MAPPING") == true)
    }

    @Test func photonEnergiesThatAreMissingComeFromTheSource() throws {
        var fixture = VAMASFixture()
        fixture.blocks[0].sourceEnergy = "1E+37"
        fixture.blocks[0].source = "Mg Ka"
        fixture.blocks[0].label = "kinetic energy"
        let file = try fixture.read()
        #expect(file.spectra[0].regions[0].settings.photonEnergyEV == 1253.6)
        #expect(file.notices.contains { $0.contains("1253.6") })
        fixture.blocks[0].source = "synchrotron"
        #expect(refusal(fixture)?.reason.contains("photon energy") == true)
    }

    @Test func pointsThatAreNotGivenAreLeftOut() throws {
        var fixture = VAMASFixture()
        fixture.blocks[0].rows = ["10", "1E37", "12", "13", "14", "1e+037"].map { [$0] }
        let file = try fixture.read()
        #expect(file.spectra[0].regions[0].intensities == [10, 12, 13, 14])
        #expect(file.spectra[0].regions[0].axis == .explicit(energiesEV: [280, 281, 281.5, 282]))
        #expect(file.notices.count == 1)
    }

    @Test(arguments: [0, 1, 3, 6, 40])
    func wrongNumbersOfCommentLinesAreOvercome(declared: Int) throws {
        var fixture = VAMASFixture()
        var damaged = VAMASFixture.Block()
        damaged.comment = ["Casa Info Follows", "0", "0", "a line"]
        damaged.declaredComment = declared
        fixture.blocks = [damaged, VAMASFixture.Block()]
        let file = try fixture.read()
        #expect(file.spectra.map(\.blocks) == [[1], [2]])
        #expect(file.spectra[0].regions[0].intensities == [10, 11, 12, 13, 14, 15])
        let notice = try #require(file.notices.first)
        #expect(notice.contains("block 1") && notice.contains("declares \(declared)") && notice.contains("has 4"))
    }

    @Test func hopelessCommentsAreRefusedByBlockAndLine() throws {
        var fixture = VAMASFixture()
        fixture.blocks.append(VAMASFixture.Block())
        fixture.blocks[1].identifier = "O1s"
        fixture.blocks[1].technique = "PES"
        let error = try #require(refusal(fixture))
        #expect(error.line == lineNumber(of: "PES", in: fixture.text))
        #expect(error.reason.contains("block 2 (O1s)") && error.reason.contains("PES"))
    }

    @Test func valuesThatAreNoNumbersAreNamedByLine() throws {
        var fixture = VAMASFixture()
        fixture.blocks[0].rows[3] = ["1.#IND"]
        let error = try #require(refusal(fixture))
        #expect(error.line == lineNumber(of: "1.#IND", in: fixture.text))
        #expect(error.description.hasPrefix("fixture.vms:\(error.line ?? 0): block 1 (C1s): "))
    }

    @Test(arguments: ["2000000000", "1e30", "-6", "5.5", "nan", "", "600"])
    func impossibleCountsAreRefused(count: String) throws {
        var fixture = VAMASFixture()
        fixture.blocks[0].declaredValues = count
        #expect(try #require(refusal(fixture)).line != nil)
        fixture = VAMASFixture()
        fixture.declaredBlocks = count
        #expect(try #require(refusal(fixture)).line != nil)
    }

    @Test func valuesMustBeSharedEvenly() throws {
        var fixture = VAMASFixture()
        fixture.blocks[0].variables = [("counts", "d"), ("Transmission", "d")]
        fixture.blocks[0].rows = (1...4).map { ["\($0)", "1"] }
        fixture.blocks[0].declaredValues = "7"
        #expect(try #require(refusal(fixture)).reason.contains("cannot be shared"))
    }

    @Test func everyCutIsRefusedOrComplete() throws {
        let bytes = VAMASFixture().bytes
        let whole = try VAMASFixture().read().spectra
        for length in 0..<bytes.count {
            guard let file = try? SpectrumFile.read(Array(bytes.prefix(length)), named: "cut.vms") else { continue }
            // A cut within the last value's digits leaves a number, and cannot be told from one.
            #expect(file.spectra.map(\.regions.count) == whole.map(\.regions.count))
            #expect(length >= bytes.count - "15\nend of experiment\n".utf8.count + 1)
        }
    }

    @Test func whatFollowsTheBlocksIsNoticed() throws {
        var fixture = VAMASFixture()
        fixture.blocks.append(VAMASFixture.Block())
        fixture.declaredBlocks = "1"
        let file = try fixture.read()
        #expect(file.spectra.count == 1)
        #expect(file.notices.contains { $0.contains("goes on behind") })
    }

    @Test func fragmentsAreRefusedByTheirFirstLine() {
        #expect(throws: SpectrumFileError.self) { try SpectrumFile.read(Array("252\nSOFH\n".utf8), named: "phi.vms") }
        do {
            _ = try SpectrumFile.read(Array("39\nCreation\n".utf8), named: "kratos.vms")
        } catch {
            #expect(error.line == 1 && error.reason.contains("VAMAS") && error.reason.contains("\"39\""))
        }
    }
}
