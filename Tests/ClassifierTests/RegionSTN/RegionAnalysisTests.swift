import Classifier
import Foundation
import NeuralNetwork
import Spectroscopy
import Synthesis
import Testing

/// Analyzer, evaluator and weight files with networks on regions.
@Suite struct RegionAnalysisTests {
    static let twoShifts: HandmadeNetwork.Residuals = [(-0.4, 0.3), (0.4, 0.7)]

    func spectrum(shiftEV: Double = 0, rangeEV: ClosedRange<Double> = 275...300) throws -> Spectrum {
        try Spectrum(regions: [SampleSpectrum(shiftEV: shiftEV).region("C 1s", rangeEV)])
    }

    /// How far two numbers lie apart; infinitely where one is missing.
    func distance(_ one: Double?, _ other: Double?) -> Double {
        if let one, let other { abs(one - other) } else { .infinity }
    }

    @Test("shift, sigma and alternatives, in the analysis and in its JSON")
    func json() throws {
        let analyzer = try Analyzer(model: HandmadeNetwork.model(residuals: Self.twoShifts))
        let analysis = try analyzer.analyze([spectrum(shiftEV: 1.2)])[0].get()
        let object = try #require(try JSONSerialization.jsonObject(with: Data(analysis.json)) as? [String: Any])
        #expect(
            Set(object.keys) == [
                "shift_eV", "shift_sigma_eV", "spread_eV", "reference", "alternatives", "groups", "combination",
                "contamination", "recorded_eV", "model",
            ])
        let combination = try #require(object["combination"] as? [String: Any])
        #expect(Set(combination.keys) == ["groups", "probability"])
        let sigmaEV = try #require(object["shift_sigma_eV"] as? Double)
        #expect(sigmaEV > 0 && sigmaEV < 1)
        let alternatives = try #require(object["alternatives"] as? [[String: Any]])
        #expect(alternatives.count == 2)
        for alternative in alternatives {
            #expect(Set(alternative.keys) == ["shift_eV", "shift_sigma_eV", "weight", "groups"])
        }
        #expect(alternatives[0]["shift_eV"] as? Double == object["shift_eV"] as? Double)
        let weights = alternatives.compactMap { $0["weight"] as? Double }
        #expect(weights[0] > weights[1] && abs(weights[0] + weights[1] - 1) < 0.02)
        let groups = try #require(object["groups"] as? [[String: Any]])
        #expect(groups.count == 40 && groups.allSatisfy { $0["call"] is String && $0["name"] is String })
    }

    @Test("one shift that fits is no list of alternatives; a reference moves all of them alike")
    func alternativesAndReference() throws {
        let one = try Analyzer(model: HandmadeNetwork.model()).analyze([spectrum(shiftEV: 1.2)])[0].get()
        #expect(one.alternatives.isEmpty && one.conformal == nil && one.familiarity == nil)
        #expect(distance(one.shiftEV, 1.2) < 0.15)
        let model = HandmadeNetwork.model(residuals: Self.twoShifts)
        let standard = try Analyzer(model: model).analyze([spectrum()])[0].get()
        let other = try Analyzer(model: model, reference: .init(energyEV: 284.8)).analyze([spectrum()])[0].get()
        #expect(distance(other.shiftEV, standard.shiftEV.map { $0 + 0.3 }) < 1e-6)
        #expect(distance(other.standardShiftEV, standard.shiftEV) < 1e-6)
        for (one, another) in zip(other.alternatives, standard.alternatives) {
            #expect(abs(one.shiftEV - another.shiftEV - 0.3) < 1e-6 && one.groups == another.groups)
        }
    }

    /// A combination is an answer of its own, not a list of the groups that are probable one by one.
    @Test("the groups that go together are the most probable of the chain, each shift with its own")
    func combination() throws {
        let network = HandmadeNetwork.network(maxBatch: 1, residuals: Self.twoShifts)
        let chain = try #require(network.parameters.first { $0.name == "second.chain.bias" })
        let (ring, ether) = (2, 8)
        let scores = (0..<40).flatMap { group in
            (0...group).map { before -> Float in
                switch (group, before) {
                case (ring, ring): -0.1
                case (ether, ether): 3
                case (ether, ring): -9
                default: before == group ? -9 : 0
                }
            }
        }
        chain.value.copy(scores)
        let analysis = try Analyzer(model: HandmadeNetwork.model(of: network)).analyze([spectrum()])[0].get()
        let combination = try #require(analysis.combination)
        // The ring is nearly as probable as not; without it the ether is nearly certain.
        #expect(combination.groups == [FunctionalGroup.all[ether].name])
        #expect(abs(combination.probability - 0.5) < 0.03)
        #expect(analysis.alternatives.map(\.groups) == [combination.groups, combination.groups])
    }

    /// Offsets that are no whole number of cells, on steps that are none either, with the weights that are shipped.
    @Test("an added offset moves the shift and changes nothing else", arguments: [0.05, 0.1, 0.13])
    func offsets(stepEV: Double) throws {
        let analyzer = try Analyzer(model: Model.named(Model.defaultName))
        var random = RandomSource(seed: 3)
        let sample = SampleSpectrum(lines: [(285.1, 2000), (286.7, 900), (289.2, 600), (532.4, 1500), (533.7, 700)])
        let regions = try [("C 1s", 278.03...296), ("O 1s", 526.41...541)].map { name, rangeEV in
            try SampleSpectrum.counted(sample.region(name, rangeEV, stepEV: stepEV), &random)
        }
        let spectrum = try Spectrum(regions: regions)
        let still = try analyzer.analyze([spectrum])[0].get()
        for offsetEV in [-4.73, -1.3, -0.21, 0.037, 0.7, 2, 3.9] {
            let moved = try analyzer.analyze([spectrum.moved(byEV: offsetEV)])[0].get()
            #expect(distance(moved.shiftEV, still.shiftEV.map { $0 + offsetEV }) < 0.003)
            #expect(distance(moved.familiarity, still.familiarity) < 0.02)
            for (one, another) in zip(moved.groups, still.groups) {
                #expect(distance(one.probability ?? 0, another.probability ?? 0) < 0.005, "\(one.name), \(offsetEV) eV")
            }
        }
    }

    /// Carbon tells of oxygen by its own shift, so O 1s is not needed; other elements are.
    @Test("undetermined groups name what to record")
    func undetermined() throws {
        let analysis = try Analyzer(model: HandmadeNetwork.model()).analyze([spectrum()])[0].get()
        let groups = Dictionary(uniqueKeysWithValues: analysis.groups.map { ($0.name, $0) })
        #expect(groups["alkane"]?.call != .undetermined && groups["ester"]?.call != .undetermined)
        #expect(groups["alkyl halide (F)"]?.reason == "F 1s not recorded")
        #expect(groups["amide"]?.reason == "N 1s not recorded")
        #expect(groups["siloxane"]?.reason == "Si 2p not recorded")
        #expect(groups["siloxane"]?.call == .undetermined && groups["alkyne"]?.call == .notCovered)
        let copper = try SampleSpectrum(lines: [(932.6, 3000)]).region("Cu 2p", 925...965)
        let outside = try Analyzer(model: HandmadeNetwork.model()).analyze([Spectrum(regions: [copper])])[0].get()
        #expect(outside.shiftEV == nil && outside.shiftSigmaEV == nil && outside.recordedEV.isEmpty)
        #expect(outside.groups.count { $0.call == .undetermined } == 32)
        // On the axis, but near no core level that the model reads.
        let calcium = try SampleSpectrum(lines: [(347.2, 3000)]).region("Ca 2p", 338...362)
        let between = try Analyzer(model: HandmadeNetwork.model()).analyze([Spectrum(regions: [calcium])])[0].get()
        #expect(between.shiftEV == nil && !between.recordedEV.isEmpty)
        #expect(between.groups.contains { $0.reason == AnalysisError.nothingRecorded.description })
    }

    @Test("what lies outside the training's range is said, and makes the spectrum unfamiliar")
    func departures() throws {
        func analysis(photonEnergyEV: Double?, stepEV: Double) throws -> Analysis {
            let axis = EnergyAxis.uniform(startEV: 275, stepEV: stepEV, count: Int(25 / stepEV))
            let settings = try RegionSettings(name: "C 1s", axis: axis, photonEnergyEV: photonEnergyEV)
            let intensities = (0..<axis.count).map {
                100 + 5000 * Float(exp(-pow((axis.energyEV(at: $0) - 285) / 1.2, 2)))
            }
            let region = try Region(settings: settings, intensities: intensities)
            return try Analyzer(model: HandmadeNetwork.model()).analyze([Spectrum(regions: [region])])[0].get()
        }
        for energyEV in [nil, 600, 1253.6, 1486.6, 4000] {
            #expect(try analysis(photonEnergyEV: energyEV, stepEV: 0.1).departures.isEmpty)
        }
        let covered = try analysis(photonEnergyEV: 800, stepEV: 0.1)
        #expect(covered.departures == ["C 1s at a photon energy of 800 eV, where O KLL electrons may lie under it"])
        #expect(covered.familiarity == 0)
        #expect(String(decoding: covered.json, as: UTF8.self).contains(#""outside_range":["C 1s at a photon"#))
        #expect(try analysis(photonEnergyEV: 1486.6, stepEV: 2).departures == ["steps of 2 eV, more than 1"])
    }

    /// Regions that were each scaled to 1 tell nothing of one another; a spectrum that was scaled as a whole still does.
    @Test func regionsScaledEachAreSaidToBe() throws {
        let sample = SampleSpectrum()
        func analysis(_ factors: [Float]) throws -> Analysis {
            let regions = try zip([sample.region("C 1s", 275...300), sample.region("O 1s", 525...545)], factors).map {
                region, factor in
                try Region(settings: region.settings, intensities: region.intensities.map { $0 * factor })
            }
            return try Analyzer(model: HandmadeNetwork.model()).analyze([Spectrum(regions: regions)])[0].get()
        }
        let highest = try [sample.region("C 1s", 275...300), sample.region("O 1s", 525...545)].map {
            $0.intensities.max() ?? 1
        }
        let each = try analysis(highest.map { 1 / $0 })
        #expect(each.departures == ["regions that were each scaled to 1: what they say of one another is lost"])
        #expect(
            try analysis([1 / highest[0], 1 / highest[0]]).departures.isEmpty && analysis([1, 1]).departures.isEmpty)
    }

    /// Counts that were divided are no counts: their noise is that of the data, and they are read like these.
    @Test func normalisedCountsAreRead() throws {
        var random = RandomSource(seed: 5)
        let counted = try SampleSpectrum.counted(SampleSpectrum(shiftEV: 1).region("C 1s", 275...300), &random)
        let divided = try Region(settings: counted.settings, intensities: counted.intensities.map { $0 / 400 })
        let analyses = try Analyzer(model: HandmadeNetwork.model()).analyze(
            [counted, divided].map { try Spectrum(regions: [$0]) }
        ).map { try $0.get() }
        let shiftsEV = try analyses.map { try #require($0.shiftEV) }
        #expect(abs(shiftsEV[0] - shiftsEV[1]) < 0.02)
    }

    /// The height of a survey beside a region changes nothing of the answer.
    @Test func surveysBesideRegionsComeToTheirScale() throws {
        let sample = SampleSpectrum(lines: [(285.1, 30_000), (533.2, 20_000)], shiftEV: 0.5)
        func analysis(_ exposure: Double) throws -> Analysis {
            let regions = try [
                sample.region("Survey", 40...700, stepEV: 0.5, exposure: exposure, ordinate: .arbitrary),
                sample.region("C 1s", 275...300, ordinate: .arbitrary),
            ]
            return try Analyzer(model: HandmadeNetwork.model()).analyze([Spectrum(regions: regions)])[0].get()
        }
        let one = try analysis(1)
        for exposure in [0.05, 30] {
            let other = try analysis(exposure)
            let probabilities = zip(one.groups, other.groups).map { abs(($0.probability ?? 0) - ($1.probability ?? 0)) }
            #expect(other.shiftEV == one.shiftEV && (probabilities.max() ?? 1) < 1e-4)
        }
    }

    /// Networks on the whole axis do not scale their regions.
    @Test func networksOnTheWholeAxisNeedAluminium() throws {
        let settings = try RegionSettings(
            name: "C 1s", axis: .uniform(startEV: 275, stepEV: 0.1, count: 250), photonEnergyEV: 700)
        let region = try Region(
            settings: settings, intensities: SampleSpectrum().region("C 1s", 275...299.9).intensities)
        let analysis = try Analyzer(model: Model.named("stn-3eV")).analyze([Spectrum(regions: [region])])[0].get()
        #expect(analysis.departures == ["a photon energy of 700 eV, not 1250 to 1500"])
    }

    @Test("a spike is read as its neighbours, and the answer says where")
    func spike() throws {
        let region = try SampleSpectrum().region("C 1s", 275...300)
        var intensities = region.intensities.map { $0.rounded() }
        let without = try Region(settings: region.settings, intensities: intensities)
        intensities[200] += 40_000
        let with = try Region(settings: region.settings, intensities: intensities)
        let analyses = try Analyzer(model: HandmadeNetwork.model()).analyze(
            [without, with].map { try Spectrum(regions: [$0]) }
        ).map { try $0.get() }
        #expect(analyses[0].loneChannels.isEmpty && analyses[0].shiftEV == analyses[1].shiftEV)
        #expect(
            String(decoding: analyses[1].json, as: UTF8.self).contains(
                #""lone_channels":[{"region":"C 1s","energy_eV":295}]"#))
    }

    @Test("spectra of a batch do not influence one another, nor does one that shows nothing")
    func batches() throws {
        let model = HandmadeNetwork.model(residuals: Self.twoShifts)
        var spectra = try [0, 1.2, -2.3, 3.1, 0.7].map { try spectrum(shiftEV: $0) }
        let flat = try SampleSpectrum(lines: [], backgroundPerEV: 123).region("C 1s", 275...300)
        spectra.insert(try Spectrum(regions: [flat]), at: 2)
        let single = try Analyzer(model: model, maxBatch: 1)
        let pairs = try Analyzer(model: model, maxBatch: 2).analyze(spectra)
        let together = try Analyzer(model: model, maxBatch: 8).analyze(spectra)
        for (index, spectrum) in spectra.enumerated() {
            let alone = single.analyze([spectrum])[0]
            guard index != 2 else {
                #expect(alone == .failure(.noSignal) && together[2] == alone && pairs[2] == alone)
                continue
            }
            let expected = try alone.get()
            for other in [try pairs[index].get(), try together[index].get()] {
                #expect(distance(other.shiftEV, expected.shiftEV) < 1e-4)
                #expect(other.alternatives.count == expected.alternatives.count)
                for (one, another) in zip(other.groups, expected.groups) {
                    #expect(one.call == another.call && one.reason == another.reason)
                    #expect(abs((one.probability ?? -1) - (another.probability ?? 1)) < 1e-4)
                }
            }
        }
    }

    @Test("a network that unmixes answers with whole cells and no alternatives")
    func unmixing() throws {
        let model = HandmadeNetwork.model(of: UnmixingSTN(maxBatch: 1, seed: 4))
        let analysis = try Analyzer(model: model).analyze([spectrum()])[0].get()
        let shiftEV = try #require(analysis.shiftEV)
        #expect(abs(shiftEV * 10 - (shiftEV * 10).rounded()) < 1e-4)
        #expect(analysis.alternatives.isEmpty && analysis.shiftSigmaEV.map { abs($0 - 0.0289) < 1e-3 } == true)
    }

    @Test("figures do not depend on the batch, for both networks", arguments: [Architecture.regionSTN, .unmixingSTN])
    func evaluator(architecture: Architecture) throws {
        let model =
            architecture == .regionSTN
            ? HandmadeNetwork.model() : HandmadeNetwork.model(of: UnmixingSTN(maxBatch: 1, seed: 4))
        let library = try PolymerLibrary.shipped
        func metrics(batch: Int) throws -> Evaluation.Metrics {
            var stream = MixtureGenerator(library: library, maxShiftEV: 2, seed: 6)
            return try Evaluator(model: model, batch: batch).evaluate(&stream, count: 9)
        }
        let (one, many) = (try metrics(batch: 1), try metrics(batch: 4))
        #expect(one.spectra == 9 && one.subsetAccuracy == many.subsetAccuracy && one.microF1 == many.microF1)
        #expect(distance(one.shift?.meanAbsoluteErrorEV, many.shift?.meanAbsoluteErrorEV) < 1e-4)
        #expect(abs(one.expectedCalibrationError - many.expectedCalibrationError) < 1e-4)
    }

    /// What was recorded and how well goes through a labelled set's file to the reading.
    @Test("a set with windows and variances is evaluated by them")
    func labelledSet() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors")
        defer { try? FileManager.default.removeItem(at: url) }
        let points = EnergyGrid.standard.count
        let (gridded, labels) = (
            Regridder.regrid(try spectrum(shiftEV: 1.2)), [Float](repeating: 0, count: FunctionalGroup.all.count)
        )
        var writer = try LabelledSetWriter(url: url, count: 3, holdsRecordings: true)
        for _ in 0..<3 {
            try writer.append(
                spectrum: gridded.intensities.span, labels: labels.span, shiftEV: 1.2,
                recording: .init(
                    variance: gridded.variance, recorded: (0..<points).map { gridded.recorded[$0] },
                    photonEnergyEV: 1486.6))
        }
        try writer.finish()
        let metrics = try Evaluator(model: HandmadeNetwork.model(), batch: 2).evaluate(LabelledSet(contentsOf: url))
        #expect(metrics.spectra == 3)
        #expect(distance(metrics.shift?.percentile95EV, 0) < 0.15)
    }

    @Test("a weight file keeps everything, its calibration too", arguments: [Architecture.regionSTN, .unmixingSTN])
    func weightFile(architecture: Architecture) throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors")
        defer { try? FileManager.default.removeItem(at: url) }
        var model = HandmadeNetwork.model(of: architecture.makeTrainedNetwork(maxBatch: 1, seed: 9))
        model.calibration = [
            "calibration.first": Model.Weights(shape: [2, 2], values: [1, -2, 3.5, 0]),
            "calibration.second": Model.Weights(shape: [1], values: [0.25]),
        ]
        try model.save(to: url)
        let loaded = try Model.load(from: url)
        #expect(loaded.architecture == architecture && loaded.metadata == model.metadata)
        #expect(loaded.weights == model.weights && loaded.calibration == model.calibration)
        // The same spectrum, the same answer to the last bit.
        model.calibration = [:]
        var bare = loaded
        bare.calibration = [:]
        let (one, other) = (try Analyzer(model: model), try Analyzer(model: bare))
        let answers = try [one, other].map { try $0.analyze([spectrum()])[0].get() }
        #expect(answers[0] == answers[1])
    }
}
