import Classifier
import Foundation
import Synthesis
import Testing

@Suite("Told detector")
struct ToldDetectorTests {
    private static var isDefaultCalibrated: Bool {
        (try? Model.named(Model.defaultName)).map { !$0.calibration.isEmpty } ?? false
    }

    private func sections(of model: Model) throws -> [[String: Any]] {
        var plan = ReportPlan.quick
        plan.spectra = 80
        plan.oracleSpectra = 1
        plan.pureRounds = 1
        plan.probe = (training: 40, test: 20)
        var lines: [Data] = []
        try RegionReport(model: model, library: .shipped, plan: plan) { lines.append(Data($0.json)) }.run()
        return try lines.compactMap { try JSONSerialization.jsonObject(with: $0) as? [String: Any] }
    }

    @Test(
        "beside what familiarity finds of a material stands what a detector finds that was told of it",
        .enabled(if: isDefaultCalibrated, "the shipped default has no calibration"))
    func ceilings() throws {
        let materials = try sections(of: Model.named(Model.defaultName)).filter {
            $0["section"] as? String == "unfamiliar materials"
        }
        #expect(materials.count == 12 * UnfamiliarMaterial.allCases.count)
        let told = materials.compactMap { $0["told_true_positives_at_5_percent"] as? Double }
        let found = materials.compactMap { $0["true_positives_at_5_percent"] as? Double }
        #expect(told.count == materials.count && found.count == materials.count)
        #expect(told.allSatisfy { (0...1).contains($0) })
        // To know the materials cannot do harm where it is most needed.
        let carbonAlone = materials.filter { $0["regions"] as? String == "C 1s" }
        func mean(_ key: String) -> Double {
            carbonAlone.compactMap { $0[key] as? Double }.reduce(0, +) / Double(carbonAlone.count)
        }
        #expect(mean("told_true_positives_at_5_percent") > mean("true_positives_at_5_percent"))
    }
}
