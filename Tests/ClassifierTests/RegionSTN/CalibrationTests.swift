import Classifier
import Foundation
import NeuralNetwork
import Spectroscopy
import Synthesis
import Testing

struct CalibrationTests {
    private static func untrained() throws -> Model {
        Model(
            network: RegionSTN(maxBatch: 1, seed: 3), name: "untrained",
            labels: try PolymerLibrary.shipped.functionalGroups, preprocessing: RegionReading.name, shiftOriginEV: 0,
            trainingRecord: [:])
    }

    /// The untrained model, calibrated on few spectra; one fit serves all tests.
    private static let calibrated = Result {
        try untrained().calibrated(library: PolymerLibrary.shipped, spectra: 2000, seed: 9)
    }

    private static var isDefaultCalibrated: Bool {
        (try? Model.named(Model.defaultName)).map { !$0.calibration.isEmpty } ?? false
    }

    /// C 1s of a measurement as a spectrum.
    private static func spectrum(seed: UInt64) throws -> Spectrum {
        var generator = MeasurementGenerator(
            library: try PolymerLibrary.shipped, effects: .all, maxShiftEV: 5, seed: seed,
            plan: MeasurementPlan(peakCounts: 1e4, regions: .named(["C 1s"])))
        var measurement = Measurement.empty
        generator.next(&measurement)
        return try Spectrum(
            regions: zip(measurement.setup.regions, measurement.intensities).map {
                try Region(settings: $0, intensities: $1)
            })
    }

    @Test func aCalibrationTravelsWithTheModel() throws {
        let model = try Self.calibrated.get()
        let calibration = try #require(Calibration(tensors: model.calibration))
        #expect(calibration != .none)
        #expect(calibration.tensors == model.calibration)
        #expect(model.calibration.keys.allSatisfy { $0.hasPrefix("calibration.") })

        let file = FileManager.default.temporaryDirectory.appendingPathComponent("calibrated-\(UUID()).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
        try model.save(to: file)
        #expect(try Model.load(from: file).calibration == model.calibration)

        let spectrum = try Self.spectrum(seed: 4)
        let analysis = try Analyzer(model: model).analyze([spectrum])[0].get()
        let familiarity = try #require(analysis.familiarity)
        #expect((0...1).contains(familiarity))
        #expect((analysis.shiftSigmaEV ?? 0) > 0)
        #expect(try Analyzer(model: Self.untrained()).analyze([spectrum])[0].get().familiarity == nil)
    }

    @Test func tensorsOfOtherShapesAreNone() throws {
        #expect(Calibration(tensors: [:]) == nil)
        let tensors = try Self.calibrated.get().calibration
        for name in tensors.keys {
            var fewer = tensors
            fewer[name] = nil
            #expect(Calibration(tensors: fewer) == nil)
        }
    }

    @Test func aCalibrationOfAnotherVersionIsRefusedRatherThanLeftOut() throws {
        var model = try Self.calibrated.get()
        model.calibration["calibration.conformal"] = nil
        #expect(throws: ModelError.self) { try Analyzer(model: model) }
        #expect(throws: ModelError.self) { try Evaluator(model: model) }
    }

    @Test func aCalibrationInAnotherNetworksFileIsRefused() throws {
        var model = Model(
            network: UnmixingSTN(maxBatch: 1, seed: 1), name: "unmixing",
            labels: try PolymerLibrary.shipped.functionalGroups, preprocessing: RegionReading.name, shiftOriginEV: 0,
            trainingRecord: [:])
        model.calibration = try Self.calibrated.get().calibration
        #expect(throws: ModelError.self) { try Analyzer(model: model) }
        #expect(throws: ModelError.self) { try Evaluator(model: model) }
    }

    @Test func noCalibrationHasNoTensors() {
        #expect(Calibration.none.tensors.isEmpty)
    }

    @Test func onlyNetworksOnRegionsAreCalibrated() throws {
        let model = Model(
            network: UnmixingSTN(maxBatch: 1, seed: 1), name: "unmixing",
            labels: try PolymerLibrary.shipped.functionalGroups, preprocessing: RegionReading.name, shiftOriginEV: 0,
            trainingRecord: [:])
        #expect(throws: ModelError.self) { try model.calibrated(library: PolymerLibrary.shipped) }
    }

    @Test(.enabled(if: isDefaultCalibrated, "the shipped default has no calibration"))
    func theShippedDefaultIsCalibrated() throws {
        let model = try Model.named(Model.defaultName)
        let analysis = try Analyzer(model: model).analyze([Self.spectrum(seed: 5)])[0].get()
        #expect(analysis.familiarity != nil)
        #expect(analysis.conformal != nil)
        #expect(analysis.shiftSigmaEV.map { $0 > 0 && $0 < 2 } == true)
    }
}
