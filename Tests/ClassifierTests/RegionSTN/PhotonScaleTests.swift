import Classifier
import NeuralNetwork
import Spectroscopy
import Synthesis
import Testing

/// Regions under other photons than Al Kα are read as under these, and what cannot be mended is said.
@Suite struct PhotonScaleTests {
    private func settings(
        _ name: String, _ rangeEV: ClosedRange<Double>, photonEnergyEV: Double?
    ) throws -> RegionSettings {
        let count = Int(((rangeEV.upperBound - rangeEV.lowerBound) * 10).rounded()) + 1
        return try RegionSettings(
            name: name, axis: .uniform(startEV: rangeEV.lowerBound, stepEV: 0.1, count: count),
            photonEnergyEV: photonEnergyEV, isTransmissionCorrected: true)
    }

    /// Without effects a polymer's oxygen and carbon have, once read, the same areas under all photons.
    @Test(arguments: [700, 1000, 1253.6, 3000, 8000])
    func areasAreThoseOfAluminium(photonEnergyEV: Double) throws {
        var effects = InstrumentEffects.none
        effects.windows.isOn = true
        func areas(_ photonEnergyEV: Double) throws -> [Float] {
            var source = MeasurementGenerator(
                library: try PolymerLibrary.shipped, effects: effects, maxShiftEV: 0, seed: 9,
                plan: MeasurementPlan(
                    regions: .named(["C 1s", "N 1s", "O 1s"]), sample: .mixtures, photonEnergyEV: photonEnergyEV))
            var measurement = Measurement.empty
            source.next(&measurement)
            let settings = try measurement.setup.regions.map { region in
                // The generator leaves attenuation out with its effects: told as if it were divided out.
                try RegionSettings(name: region.name, axis: region.axis, photonEnergyEV: region.photonEnergyEV)
            }
            let regions = try zip(settings, measurement.signal).map { try Region(settings: $0, intensities: $1) }
            var reading = RegionReading()
            try reading.read(
                Regridder.regrid(Spectrum(regions: regions)), settings: settings, photons: PhotonScale(settings))
            let layout = CoreLevelWindow.layout
            return CoreLevelWindow.all.indices.map { window in
                // Without the room for shifts, where neighbours' lines lie.
                let start = layout.movingStarts[window] + layout.padding
                return reading.values[start..<start + layout.lengths[window]].reduce(0, +)
            }
        }
        let (own, aluminium) = (try areas(photonEnergyEV), try areas(CrossSectionTable.aluminiumEV))
        let carbon = try #require(CoreLevelWindow.all.firstIndex { $0.name == "C 1s" })
        for window in own.indices where aluminium[window] > 0.01 * aluminium[carbon] {
            // What is assumed of the transmission all but cancels the attenuation: a power of 0.05.
            let (ratio, expected) = (own[window] / own[carbon], aluminium[window] / aluminium[carbon])
            #expect(abs(ratio / expected - 1) < 0.06)
        }
    }

    @Test func aluminiumAndUnknownPhotonsChangeNothing() throws {
        for energyEV in [nil, 1486.6, 1486.7] {
            let scale = PhotonScale([try settings("survey", 40...700, photonEnergyEV: energyEV)])
            #expect(scale.factors == [[Float?](repeating: 1, count: CoreLevelWindow.all.count)])
            #expect(scale.departures.isEmpty)
        }
    }

    /// Sodium's Auger line takes the end of a survey under Mg Kα, which is then not read; short regions are regions, too.
    @Test func auxiliaryWindowsAndShortRegions() throws {
        let survey = PhotonScale([try settings("Survey", 40...700, photonEnergyEV: 1253.6)])
        #expect(survey.departures.isEmpty)
        let chlorine = try #require(CoreLevelWindow.all.firstIndex { $0.name == "Cl 2s" })
        #expect(survey.factors[0][chlorine] == nil)
        let short = PhotonScale(
            try [settings("C 1s", 281...291, photonEnergyEV: 600), settings("O 1s", 528...537, photonEnergyEV: 600)])
        #expect(short.departures.count == 1 && short.departures[0].contains("O 1s"))
    }

    /// A window of several levels is scaled by the one that the region is named for.
    @Test func namesChooseTheLevel() throws {
        let window = try #require(CoreLevelWindow.all.firstIndex { $0.name == "Si 2s, S 2p" })
        func factor(_ name: String) throws -> Float {
            try #require(PhotonScale([settings(name, 148...176, photonEnergyEV: 4000)]).factors[0][window])
        }
        #expect(try factor("Si 2s") < 0.5 * factor("S 2p") && factor("Survey") == factor("S 2p"))
    }

    @Test("each region has its own photons; the attenuation length counts where the transmission is divided out")
    func factors() throws {
        let regions = try [
            settings("C 1s", 278...298, photonEnergyEV: 650), settings("O 1s", 525...545, photonEnergyEV: 900),
        ]
        let scale = PhotonScale(regions)
        let table = CrossSectionTable.standard
        for (region, name) in ["C 1s", "O 1s"].enumerated() {
            let window = try #require(CoreLevelWindow.all.firstIndex { $0.name == name })
            let line = try #require(PhotoelectronLine(name))
            let energyEV = try #require(regions[region].photonEnergyEV)
            let bindingEV = table.bindingEnergiesEV(of: line).lowerBound
            let relative = try #require(table.relativeToAluminium(line, photonEnergyEV: energyEV))
            let depth = ((1486.6 - bindingEV) / (energyEV - bindingEV)).squareRoot()
            let factor = try #require(scale.factors[region][window])
            // A power of 0.75 is a root times a root of the root.
            let expected = depth * depth.squareRoot() / relative
            #expect(abs(Double(factor) / expected - 1) < 1e-4)
        }
        // Sodium's Auger line lies elsewhere under other photons.
        let sodium = try #require(CoreLevelWindow.all.firstIndex { $0.name == "Na KLL" })
        #expect(scale.factors.allSatisfy { $0[sodium] == nil })
    }

    @Test func whatCannotBeMendedIsSaid() throws {
        func departures(_ energiesEV: [Double]) throws -> [String] {
            let ranges = [("C 1s", 278.0...298), ("O 1s", 525.0...545)]
            return PhotonScale(
                try zip(ranges, energiesEV).map { try settings($0.0, $0.1, photonEnergyEV: $1) }
            ).departures
        }
        for energyEV in [700, 1000, 1253.6, 3000] { #expect(try departures([energyEV, energyEV]).isEmpty) }
        let both = [
            "C 1s at a photon energy of 800 eV, where O KLL electrons may lie under it",
            "O 1s at a photon energy of 800 eV, where C KLL electrons may lie under it",
        ]
        #expect(try departures([800, 800]) == both)
        let apart = "regions under photons of 600 to 700 eV, whose fluxes are not known"
        #expect(
            try departures([700, 600])
                == ["O 1s at a photon energy of 600 eV, for which no cross-section is tabulated", apart])
        let beyond = try departures([12_000, 12_000])
        #expect(beyond.contains("C 1s at a photon energy of 12000 eV, for which no cross-section is tabulated"))
        // Alone it needs none.
        #expect(try departures([380]).isEmpty)
        #expect(try departures([670]) == ["C 1s at a photon energy of 670 eV, where N KLL electrons may lie under it"])
    }
}
