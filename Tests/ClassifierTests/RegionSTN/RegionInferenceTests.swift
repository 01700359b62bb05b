import Classifier
import NeuralNetwork
import Spectroscopy
import Testing

@Suite struct RegionInferenceTests {
    /// Clean spectra at shifts of their own in the network's input.
    func fill(_ network: RegionSTN, shiftsEV: [Double]) throws {
        var reading = RegionReading()
        for (row, shiftEV) in shiftsEV.enumerated() {
            try reading.read(clean: SampleSpectrum(backgroundPerEV: 0, shiftEV: shiftEV).row().span)
            network.input.set(reading, row: row)
        }
    }

    @Test func findsTheShift() throws {
        let shiftsEV = [0, 1.2, -3.6, 5.2]
        let network = HandmadeNetwork.network(maxBatch: 4)
        try fill(network, shiftsEV: shiftsEV)
        let answers = RegionInference.answers(of: network, batch: 4)
        for (answer, shiftEV) in zip(answers, shiftsEV) {
            #expect(answer.modes.count == 1 && answer.modes[0].weight == 1)
            #expect(abs(Double(answer.modes[0].shiftEV) - shiftEV) < 0.1)
            #expect(answer.modes[0].sigmaEV > 0.03 && answer.modes[0].sigmaEV < 0.1)
            #expect(answer.probabilities.count == 40 && answer.probabilities.allSatisfy { (0...1).contains($0) })
            #expect(answer.modes[0].features.count == AlignedReader.featureWidth)
            #expect(answer.modes[0].reconstruction.count == CoreLevelWindow.layout.alignedCount / 2)
        }
        // Undone, all are the same spectrum.
        for answer in answers {
            #expect(zip(answer.modes[0].aligned, answers[0].modes[0].aligned).allSatisfy { abs($0 - $1) < 0.1 })
        }
    }

    /// Two shifts that fit: weights as the reader gives them, probabilities over both.
    @Test func alternatives() throws {
        let network = HandmadeNetwork.network(maxBatch: 2, residuals: [(-0.4, 0.3), (0.4, 0.7)])
        try fill(network, shiftsEV: [0, 2])
        for answer in RegionInference.answers(of: network, batch: 2) {
            #expect(answer.modes.count == 2)
            #expect(abs(answer.modes[0].weight - 0.7) < 0.02 && abs(answer.modes[1].weight - 0.3) < 0.02)
            #expect(abs(answer.modes[0].shiftEV - answer.modes[1].shiftEV - 0.8) < 0.02)
            for label in answer.probabilities.indices {
                let mean = answer.modes.reduce(Float(0)) { $0 + $1.weight * $1.probabilities[label] }
                #expect(abs(answer.probabilities[label] - mean) < 1e-5)
            }
        }
    }

    /// Two lines of which either may be carbon's, at the usual distance of two states and farther apart than any two are.
    @Test(arguments: [(7.0, 2), (8.4, 1), (10.4, 1)]) func alternativesLieWithinReach(apartEV: Double, expected: Int)
        throws
    {
        let network = HandmadeNetwork.network(maxBatch: 1)
        let lines = [-apartEV / 2, apartEV / 2].map { (285.1 + $0, 3000.0) }
        var reading = RegionReading()
        try reading.read(clean: SampleSpectrum(lines: lines, backgroundPerEV: 0).row().span)
        network.input.set(reading, row: 0)
        let modes = RegionInference.answers(of: network, batch: 1)[0].modes
        #expect(modes.count == expected && abs(modes.reduce(0) { $0 + $1.weight } - 1) < 1e-5)
    }

    /// Readings that always say that more is left end where the windows do, and not seven steps further.
    @Test func shiftsStayWithinTheRoom() throws {
        let network = HandmadeNetwork.network(maxBatch: 1, residuals: [(0.6, 1)])
        try fill(network, shiftsEV: [11])
        let answer = RegionInference.answers(of: network, batch: 1)[0]
        #expect(answer.modes[0].shiftEV > 11 && Double(answer.modes[0].shiftEV) < CoreLevelWindow.roomEV + 0.7)
    }

    /// Weights that overflow answer with what is no number, which is said of the spectrum and ends nothing.
    @Test func anAnswerThatIsNoNumberIsSaidToBeNone() throws {
        let network = HandmadeNetwork.network(maxBatch: 1)
        let weights = try #require(network.parameters.first { $0.name == "reader.linear1.weight" }).value
        weights.copy((0..<weights.count).map { $0 % 2 == 0 ? 3e38 : -3e38 })
        let spectrum = try Spectrum(regions: [SampleSpectrum().region("C 1s", 275...300)])
        let result = try Analyzer(model: HandmadeNetwork.model(of: network)).analyze([spectrum])[0]
        #expect(throws: AnalysisError.notFinite) { try result.get() }
    }

    /// O 1s alone, whose lower end reaches into the room for shifts of the Na KLL window under some offsets.
    @Test func aRegionInAnothersRoomAnswersAlikeAtEveryOffset() throws {
        let network = RegionSTN(maxBatch: 1, seed: 3)
        func reading(offsetEV: Double) throws -> RegionReading {
            let region = try SampleSpectrum(shiftEV: offsetEV)
                .region("O 1s", (525 + offsetEV)...(545 + offsetEV))
            var reading = RegionReading()
            try reading.read(
                Regridder.regrid(try Spectrum(regions: [region])), settings: [region.settings],
                photons: PhotonScale([region.settings]))
            return reading
        }
        let upper = RegionReading.noiseRange.upperBound
        func read(_ offsetEV: Double) throws -> (told: Int, noise: [Float], logits: [Float]) {
            let reading = try reading(offsetEV: offsetEV)
            network.input.set(reading, row: 0)
            network.read([RegionSTN.Alignment(row: 0, shiftEV: Float(offsetEV))])
            let input = network.reader.input.array(row: 0, of: network.reader.inputs)
            return (
                reading.noise.count { $0 < upper }, Array(input.suffix(CoreLevelWindow.all.count)),
                network.reader.logits.array
            )
        }
        let (near, far) = (try read(0), try read(-9))
        #expect(near.told < far.told, "a window that is not recorded has some of the region in its room")
        #expect(near.noise.count { $0 < upper } == 1 && far.noise.count { $0 < upper } == 1)
        #expect(zip(near.noise, far.noise).allSatisfy { abs($0 - $1) < 1e-3 })
        #expect(zip(near.logits, far.logits).allSatisfy { abs($0 - $1) < 1e-3 })
    }

    /// More alignments than there is memory for are read in parts; a spectrum answers alike in any company.
    @Test func batchesDoNotMatter() throws {
        let residuals: HandmadeNetwork.Residuals = [(-0.4, 0.3), (0.4, 0.7)]
        let shiftsEV = [0.4, -2, 3.2, 1.1, -0.7]
        let network = HandmadeNetwork.network(maxBatch: 5, residuals: residuals)
        try fill(network, shiftsEV: shiftsEV)
        let together = RegionInference.answers(of: network, batch: 5)
        let single = HandmadeNetwork.network(maxBatch: 1, residuals: residuals)
        for (shiftEV, expected) in zip(shiftsEV, together) {
            try fill(single, shiftsEV: [shiftEV])
            let alone = try #require(RegionInference.answers(of: single, batch: 1).first)
            #expect(alone.modes.count == expected.modes.count)
            for (one, other) in zip(alone.modes, expected.modes) {
                #expect(abs(one.shiftEV - other.shiftEV) < 1e-4 && abs(one.weight - other.weight) < 1e-4)
            }
            #expect(zip(alone.probabilities, expected.probabilities).allSatisfy { abs($0 - $1) < 1e-4 })
        }
        #expect(RegionInference.answers(of: network, batch: 0).isEmpty)
    }
}
