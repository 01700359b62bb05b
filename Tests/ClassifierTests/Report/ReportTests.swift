import Classifier
import Foundation
import NeuralNetwork
import Synthesis
import Testing

@Suite("Reports")
struct ReportTests {
    func untrained(_ architecture: Architecture, preprocessing: String) throws -> Model {
        Model(
            network: architecture.makeTrainedNetwork(maxBatch: 1, seed: 3), name: "untrained",
            labels: try PolymerLibrary.shipped.functionalGroups, preprocessing: preprocessing, shiftOriginEV: 0,
            trainingRecord: [:])
    }

    let plan: ReportPlan = {
        var plan = ReportPlan.quick
        plan.spectra = 6
        plan.oracleSpectra = 2
        plan.mixtures = 8
        plan.classicalSpectra = 1
        plan.pureRounds = 1
        plan.probe = (training: 60, test: 20)
        return plan
    }()

    @Test("a report on regions has every cell with its oracle and constant answer, and the same twice")
    func regions() throws {
        let model = try untrained(.regionSTN, preprocessing: RegionReading.name)
        func lines(_ plan: ReportPlan) throws -> [String] {
            var lines: [String] = []
            try RegionReport(model: model, library: .shipped, plan: plan) {
                // What it costs is another each time.
                lines.append(
                    String(decoding: $0.json, as: UTF8.self)
                        .replacing(/"seconds_per_spectrum":[^,}]*/, with: "\"seconds_per_spectrum\":0"))
            }.run()
            return lines
        }
        func objects(_ lines: [String]) throws -> [[String: Any]] {
            try lines.map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            }
        }
        let first = try lines(plan)
        let objects = try objects(first)
        let accuracy = objects.filter { $0["section"] as? String == "accuracy" }
        #expect(accuracy.count == 12)
        for cell in accuracy {
            #expect(cell["spectra"] as? Int == 6 && cell["oracle_spectra"] as? Int == 2)
            #expect(cell["constant_micro_f1"] is Double && cell["oracle_micro_f1"] is Double)
            #expect(cell["library_oracle_subset_accuracy"] is Double && cell["library_oracle_micro_f1"] is Double)
            #expect(cell.keys.contains("ratio_to_library_oracle_interval"))
            #expect(cell.keys.contains("covered_ratio_to_library_oracle_interval"))
            #expect(cell["library_oracle_threshold"] is Double)
            #expect((cell["average_precision"] as? [String: Any])?.count == 40)
        }
        #expect(objects.count { $0["section"] as? String == "confidence" } == 12)
        let limits = objects.filter { $0["section"] as? String == "limits" }
        #expect(limits.count == 12)
        for record in limits {
            #expect((0...1).contains(record["statistics_oracle_subset_accuracy"] as? Double ?? -1))
            #expect((0...1).contains(record["combination_accuracy"] as? Double ?? -1))
            #expect((0...1).contains(record["shift_missed"] as? Double ?? -1))
        }
        #expect(objects.count { $0["section"] as? String == "pure polymers" } == 4)
        #expect(objects.count { $0["section"] as? String == "probe of windows" } == 1)
        #expect(try lines(plan) == first)
    }

    @Test("a model of the other kind is refused in words")
    func otherKind() throws {
        let region = try untrained(.regionSTN, preprocessing: RegionReading.name)
        let mixtures = try untrained(.unmixingSTN, preprocessing: RegionReading.name)
        #expect(throws: ModelError.self) {
            try BenchmarkReport(models: [region], library: .shipped, plan: plan) { _ in }
        }
        #expect(throws: ModelError.self) { try RegionReport(model: mixtures, library: .shipped, plan: plan) { _ in } }
    }

    @Test("the windows of measurements tell next to nothing of the shift; where lines are cut tells the paper's")
    func probe() throws {
        func r2(_ record: ReportRecord) throws -> Double {
            let object = try JSONSerialization.jsonObject(with: Data(record.json)) as? [String: Any]
            return try #require(object?["shift_r2"] as? Double)
        }
        let measured = WindowProbe.ofMeasurements(
            library: try .shipped, training: 1500, test: 500, maxShiftEV: 5, seed: 9)
        let mixed = WindowProbe.ofMixtures(library: try .shipped, training: 1500, test: 500, maxShiftEV: 3, seed: 9)
        #expect(try r2(measured) < 0.03)
        #expect(try r2(mixed) > 0.5)
    }

    @Test("a table's row is as wide as its heading")
    func table() throws {
        let record = WindowProbe.ofMeasurements(
            library: try .shipped, training: 40, test: 20, maxShiftEV: 5, seed: 9)
        #expect(record.row.count == record.heading.count)
        #expect(record.section == "probe of windows")
    }

    @Test("polymers are left out with their near-identical ones, and each draw is another")
    func leaveOut() throws {
        let library = try PolymerLibrary.shipped
        let draws = (1...3).map { LeaveOut(draw: $0, library: library) }
        #expect(Set(draws.map(\.leftOut)).count == 3)
        for draw in draws {
            #expect(draw.leftOut.count >= LeaveOut.polymersPerDraw)
            #expect(draw.trainingLibrary.polymers.count == library.polymers.count - draw.leftOut.count)
            for cluster in library.clusters() {
                #expect([0, cluster.count].contains(draw.leftOut.intersection(cluster).count))
            }
            for group in draw.lostGroups {
                #expect(draw.trainingLibrary.polymers.allSatisfy { !$0.labels[group] })
            }
        }
    }
}
