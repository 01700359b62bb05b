import Classifier
import Foundation
import Spectroscopy
import Synthesis
import Testing

@Suite("Analyzer")
struct AnalyzerTests {
    /// An untrained network: what it answers is arbitrary, what is made of its answers is not.
    func analyzer(
        _ architecture: Architecture = .stn, maxBatch: Int = 4, reference: Analysis.Reference = .standard
    ) throws -> Analyzer {
        let model = Model(
            network: architecture.makeNetwork(maxBatch: 1, seed: 3), name: "untrained \"\(architecture)\"",
            labels: FunctionalGroup.all.map(\.name), preprocessing: Preprocessing.name,
            shiftOriginEV: architecture == .stn ? 0.25 : nil, trainingRecord: [:])
        return try Analyzer(model: model, maxBatch: maxBatch, reference: reference)
    }

    func peak(at centreEV: Double, from startEV: Double, to endEV: Double, name: String = "C 1s") throws -> Region {
        let count = Int(((endEV - startEV) / 0.1).rounded()) + 1
        let axis = EnergyAxis.uniform(startEV: startEV, stepEV: 0.1, count: count)
        let line = LineShape(centreEV: centreEV, fwhmEV: 1, lorentzianFraction: 0.15)
        return try Region(
            settings: try RegionSettings(name: name, axis: axis),
            intensities: (0..<count).map { Float(100 + 1000 * line.density(atEV: axis.energyEV(at: $0))) })
    }

    func synthetic(_ count: Int) throws -> [Spectrum] {
        var generator = MixtureGenerator(library: try .shipped, maxShiftEV: 3, seed: 17)
        var row = [Float](repeating: 0, count: generator.spectrumCount)
        var labels = [Float](repeating: 0, count: generator.labelCount)
        return try (0..<count).map { _ in
            var rowSpan = row.mutableSpan
            var labelSpan = labels.mutableSpan
            _ = generator.next(spectrum: &rowSpan, labels: &labelSpan)
            let settings = try RegionSettings(name: "wide", axis: .uniform(startEV: 40, stepEV: 0.1, count: 6601))
            return try Spectrum(regions: [Region(settings: settings, intensities: row)])
        }
    }

    @Test("a spectrum answers the same alone, in a batch, and in a batch of batches")
    func batches() throws {
        let spectra = try synthetic(9)
        let analyzer = try analyzer()
        let together = try analyzer.analyze(spectra).map { try $0.get() }
        for (spectrum, expected) in zip(spectra, together) {
            let alone = try analyzer.analyze([spectrum])[0].get()
            #expect(alone.groups.map(\.call) == expected.groups.map(\.call))
            for (one, other) in zip(alone.groups, expected.groups) {
                #expect(abs((one.probability ?? -1) - (other.probability ?? 1)) < 1e-5)
            }
        }
        #expect(analyzer.analyze([]).isEmpty)
    }

    @Test("a descending or split axis gives the answer of the plain one")
    func axes() throws {
        let spectrum = try synthetic(1)[0]
        let values = spectrum.regions[0].intensities
        let descending = try Spectrum(regions: [
            Region(
                settings: RegionSettings(name: "wide", axis: .uniform(startEV: 700, stepEV: -0.1, count: 6601)),
                intensities: values.reversed())
        ])
        let results = try analyzer().analyze([spectrum, descending]).map { try $0.get() }
        #expect(results[0].recordedEV == results[1].recordedEV)
        #expect(
            zip(results[0].groups, results[1].groups).allSatisfy { one, other in
                abs((one.probability ?? -1) - (other.probability ?? 1)) < 1e-4
            })
    }

    @Test("a spectrum without signal fails alone")
    func failsAlone() throws {
        let flat = try Spectrum(regions: [
            Region(
                settings: RegionSettings(name: "C 1s", axis: .uniform(startEV: 280, stepEV: 0.1, count: 150)),
                intensities: [Float](repeating: 12, count: 150))
        ])
        let good = try synthetic(2)
        let results = try analyzer().analyze([good[0], flat, good[1]])
        #expect(results[1] == .failure(.noSignal))
        let without = try analyzer().analyze(good).map { try $0.get() }
        #expect(try results[0].get() == without[0])
        #expect(try results[2].get() == without[1])
    }

    @Test("a spectrum whose counts lie below zero fails alone")
    func negativeCountsFail() throws {
        let good = try Spectrum(regions: [peak(at: 285, from: 278, to: 295)])
        let region = good.regions[0]
        let negative = try Spectrum(regions: [
            Region(
                settings: RegionSettings(name: "C 1s", axis: region.axis, ordinate: .counts),
                intensities: region.intensities.map { -$0 })
        ])
        let results = try analyzer().analyze([good, negative])
        _ = try results[0].get()
        #expect(throws: AnalysisError.self) { try results[1].get() }
    }

    @Test("calls: present or absent by 0.5, not covered for the eight groups without an example")
    func calls() throws {
        let analysis = try analyzer().analyze(synthetic(1))[0].get()
        let notCovered = analysis.groups.filter { $0.call == .notCovered }
        #expect(
            Set(notCovered.map(\.name)) == [
                "alkyne", "alkyl halide (Br)", "alkyl halide (I)", "thiol", "aldehyde", "nitrite", "acid chloride",
                "azide",
            ])
        #expect(notCovered.allSatisfy { $0.reason != nil })
        for group in analysis.groups where group.call != .notCovered {
            #expect(group.call == ((group.probability ?? -1) >= 0.5 ? .present : .absent))
            #expect(group.reason == nil)
        }
    }

    @Test("a group whose element was not recorded is undetermined, and the reason names the region that is missing")
    func undetermined() throws {
        // Without a shift estimate, lines are looked for where they are.
        let carbonOnly = try Spectrum(regions: [peak(at: 285.1, from: 278, to: 298)])
        let analysis = try analyzer(.mlp).analyze([carbonOnly])[0].get()
        let calls = Dictionary(uniqueKeysWithValues: analysis.groups.map { ($0.name, $0) })
        #expect(calls["alkane"]?.reason == nil && calls["alkane"]?.call != .undetermined)
        #expect(calls["alkyl halide (F)"]?.call == .undetermined)
        #expect(calls["alkyl halide (F)"]?.reason == "F 1s not recorded")
        #expect(calls["amide"]?.reason == "N 1s and O 1s not recorded")
        #expect(calls["siloxane"]?.reason == "O 1s and Si 2p not recorded")
        #expect(calls["alkyne"]?.call == .notCovered)
        #expect(analysis.recordedEV.count == 1)
        #expect(analysis.shiftEV == nil)
    }

    @Test("any core level of an element will do, and a window that ends before the line will not")
    func otherLevels() throws {
        // Si 2s (153 eV) instead of Si 2p; N 1s up to 404 eV, so nitrate at 408 eV cannot be seen.
        let spectrum = try Spectrum(regions: [
            peak(at: 285.1, from: 278, to: 298), peak(at: 532, from: 525, to: 545, name: "O 1s"),
            peak(at: 153, from: 145, to: 165, name: "Si 2s"), peak(at: 399.6, from: 392, to: 404, name: "N 1s"),
        ])
        let analysis = try analyzer(.mlp).analyze([spectrum])[0].get()
        let calls = Dictionary(uniqueKeysWithValues: analysis.groups.map { ($0.name, $0) })
        #expect(calls["siloxane"]?.call != .undetermined)
        #expect(calls["amide"]?.call != .undetermined)
        #expect(calls["nitrate"]?.reason == "N 1s not recorded")
    }

    @Test("a spectrum outside 40 to 700 eV is undetermined in everything and not an error")
    func outside() throws {
        let copper = try Spectrum(regions: [peak(at: 932.6, from: 925, to: 965, name: "Cu 2p")])
        let analysis = try analyzer().analyze([copper])[0].get()
        #expect(analysis.recordedEV.isEmpty && analysis.shiftEV == nil)
        #expect(analysis.groups.count { $0.call == .undetermined } == 32)
        #expect(analysis.groups.count { $0.call == .notCovered } == 8)
        #expect(analysis.groups.allSatisfy { $0.probability == nil && $0.reason != nil })
        #expect(analysis.elementsOutsideTraining == ["Cu"])
        let object = try JSONSerialization.jsonObject(with: Data(analysis.json)) as? [String: Any]
        #expect(object?["outside_training"] as? [String] == ["Cu"])
        #expect(object?.keys.contains("shift_eV") == false)
    }

    @Test("another reference moves the reported shift by the difference and nothing else")
    func reference() throws {
        let spectra = try synthetic(1)
        let standard = try analyzer().analyze(spectra)[0].get()
        let other = try analyzer(reference: .init(energyEV: 284.8)).analyze(spectra)[0].get()
        // Corrected = measured - shift: to bring aliphatic carbon 0.3 eV lower, 0.3 eV more must be subtracted.
        let difference = try #require(other.shiftEV) - #require(standard.shiftEV)
        #expect(abs(difference - 0.3) < 1e-9)
        #expect(other.groups == standard.groups)
    }

    @Test("JSON: one line with the promised keys, none that this model cannot fill")
    func json() throws {
        let analysis = try analyzer().analyze(synthetic(1))[0].get()
        let bytes = analysis.json
        #expect(!bytes.contains(UInt8(ascii: "\n")))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        #expect(Set(object.keys) == ["shift_eV", "reference", "alternatives", "groups", "recorded_eV", "model"])
        #expect((object["alternatives"] as? [Any])?.isEmpty == true)
        #expect(object["model"] as? String == "untrained \"stn\"")
        let reference = try #require(object["reference"] as? [String: Any])
        #expect(reference["line"] as? String == "C 1s aliphatic" && reference["energy_eV"] as? Double == 285.1)
        #expect(object["recorded_eV"] as? [[Double]] == [[40, 700]])
        let groups = try #require(object["groups"] as? [[String: Any]])
        #expect(groups.count == 40)
        for (group, expected) in zip(groups, analysis.groups) {
            #expect(group["name"] as? String == expected.name)
            #expect(group["call"] as? String == expected.call.rawValue)
            #expect(group["reason"] as? String == expected.reason)
            let probability = try #require(group["probability"] as? Double)
            #expect(abs(probability - (expected.probability ?? -1)) <= 0.5001e-4)
        }
        let shiftEV = try #require(object["shift_eV"] as? Double)
        #expect(abs(shiftEV - (analysis.shiftEV ?? 99)) <= 0.5001e-3)
    }
}
