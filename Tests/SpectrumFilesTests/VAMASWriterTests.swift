import Spectroscopy
import SpectrumFiles
import Testing

@Suite struct VAMASWriterTests {
    /// Two spectra of several regions, of every ordinate.
    static func spectra() throws -> [Spectrum] {
        let carbon = try RegionSettings(
            name: "C 1s", axis: .uniform(startEV: 280, stepEV: 0.1, count: 151), ordinate: .counts,
            photonEnergyEV: 1486.6, workFunctionEV: 4.5, dwellS: 0.25, sweeps: 4, passEnergyEV: 20)
        let oxygen = try RegionSettings(
            name: "O 1s", axis: .uniform(startEV: 540.05, stepEV: -0.05, count: 200), ordinate: .countsPerSecond,
            photonEnergyEV: 1486.6, dwellS: 0.1, sweeps: 2, passEnergyEV: 10,
            transmission: (0..<200).map { 1 + Float($0) * 0.01 })
        let survey = try RegionSettings(
            name: "survey", axis: .uniform(startEV: 0, stepEV: 1, count: 1201), sweeps: 1,
            isTransmissionCorrected: true)
        func region(_ settings: RegionSettings, _ seed: Int, whole: Bool) throws -> Region {
            let values = (0..<settings.axis.count).map { index -> Float in
                let value = Float((index * 7919 + seed * 104_729) % 10_007) * 0.37
                return whole ? value.rounded() : value
            }
            return try Region(settings: settings, intensities: values)
        }
        return [
            try Spectrum(
                regions: [
                    try region(carbon, 1, whole: true), try region(oxygen, 2, whole: false),
                    try region(survey, 3, whole: false),
                ],
                sample: "PET", metadata: ["acquired": "2026-11-22T14:00:05"]),
            try Spectrum(regions: [try region(carbon, 4, whole: true)], sample: "PET"),
        ]
    }

    @Test func spectraComeBackAsTheyWere() throws {
        let spectra = try Self.spectra()
        let file = try SpectrumFile.read(VAMASWriter().write(spectra), named: "written.vms")
        #expect(file.notices.isEmpty)
        #expect(file.spectra.map(\.regions) == spectra.map(\.regions))
        #expect(file.spectra.map(\.sample) == ["PET", "PET"])
        #expect(file.spectra.map(\.blocks) == [[1, 2, 3], [4]])
        #expect(file.spectra[0].metadata["acquired"] == "2026-11-22T14:00:05")
        #expect(file.spectra[1].metadata["acquired"] == nil)
    }

    @Test func kineticAxesAreWrittenAsBindingEnergies() throws {
        let settings = try RegionSettings(
            name: "C 1s", axis: .uniform(.kinetic, startEV: 1190, stepEV: 0.5, count: 5), photonEnergyEV: 1486.6,
            workFunctionEV: 4.5)
        let spectrum = try Spectrum(regions: [try Region(settings: settings, intensities: [1, 2, 3, 4, 5])])
        let region = try SpectrumFile.read(VAMASWriter().write([spectrum]), named: "k.vms").spectra[0].regions[0]
        #expect(region.axis.kind == .binding)
        for index in 0..<5 {
            #expect(abs(region.axis.energyEV(at: index) - settings.bindingEnergyEV(at: index)) < 1e-9)
        }
        #expect(region.intensities == [1, 2, 3, 4, 5])
    }

    @Test func unequalStepsAreWrittenAsIrregularScans() throws {
        let settings = try RegionSettings(
            name: "C 1s", axis: .explicit(energiesEV: [280, 280.1, 280.3, 281]), photonEnergyEV: 1486.6)
        let spectrum = try Spectrum(regions: [try Region(settings: settings, intensities: [1, 2, 3, 4.5])])
        let bytes = VAMASWriter().write([spectrum])
        #expect(String(decoding: bytes, as: UTF8.self).contains("IRREGULAR"))
        let region = try SpectrumFile.read(bytes, named: "i.vms").spectra[0].regions[0]
        #expect(region.axis == settings.axis)
        #expect(region.intensities == [1, 2, 3, 4.5])
    }

    @Test func lineEndsInNamesShiftNothing() throws {
        let settings = try RegionSettings(name: "C\n1s", axis: .uniform(startEV: 280, stepEV: 0.1, count: 3))
        let spectrum = try Spectrum(
            regions: [try Region(settings: settings, intensities: [1, 2, 3])], sample: "two\r\nlines")
        var writer = VAMASWriter()
        writer.comment = ["one\ntwo", "three"]
        writer.institution = "here\nand there"
        let read = try SpectrumFile.read(writer.write([spectrum]), named: "n.vms").spectra[0]
        #expect(read.sample == "two lines" && read.regions[0].intensities == [1, 2, 3])
    }
}
