import Classifier
import Foundation
import NeuralNetwork
import Synthesis
import Testing

@Suite("Labelled set")
struct LabelledSetTests {
    private func withTemporaryFile<Value>(_ body: (URL) throws -> Value) throws -> Value {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors")
        defer { try? FileManager.default.removeItem(at: url) }
        return try body(url)
    }

    @Test("what was written is read")
    func roundTrip() throws {
        try withTemporaryFile { url in
            var generator = MixtureGenerator(library: try .shipped, maxShiftEV: 3, seed: 2)
            var writer = try LabelledSetWriter(url: url, count: 5, metadata: ["seed": "2"])
            var rows: [Float] = []
            var labelRows: [Float] = []
            var shiftsEV: [Float] = []
            for _ in 0..<5 {
                var spectrum = [Float](repeating: 0, count: 6601)
                var labels = [Float](repeating: 0, count: 40)
                var spectrumSpan = spectrum.mutableSpan
                var labelSpan = labels.mutableSpan
                let shiftEV = generator.next(spectrum: &spectrumSpan, labels: &labelSpan)
                try writer.append(spectrum: spectrum.span, labels: labels.span, shiftEV: shiftEV)
                rows += spectrum
                labelRows += labels
                shiftsEV.append(shiftEV)
            }
            try writer.finish()
            let set = try LabelledSet(contentsOf: url)
            #expect(set.count == 5 && set.knowsShifts)
            #expect(try set.spectra(in: 0..<5) == rows)
            #expect(try set.spectra(in: 3..<4) == Array(rows[3 * 6601..<4 * 6601]))
            #expect(try set.labels(in: 1..<5) == Array(labelRows[40...]))
            #expect(try set.shiftsEV(in: 0..<5) == shiftsEV)
            #expect(try set.windows(of: 0) == [0..<6601])
            #expect(try SafeTensors(contentsOf: url).metadata["seed"] == "2")
        }
    }

    @Test("recorded windows are read as runs of points")
    func windows() throws {
        try withTemporaryFile { url in
            var recorded = [UInt8](repeating: 0, count: 2 * 6601)
            for point in 100..<200 { recorded[6601 + point] = 1 }
            for point in 6500..<6601 { recorded[6601 + point] = 1 }
            var writer = SafeTensorsWriter()
            writer.add("spectra", shape: [2, 6601], floats: [Float](repeating: 1, count: 2 * 6601))
            writer.add("labels", shape: [2, 40], bytes: [UInt8](repeating: 1, count: 80))
            writer.add("recorded", shape: [2, 6601], bytes: recorded)
            try writer.write(to: url)
            let set = try LabelledSet(contentsOf: url)
            #expect(try set.windows(of: 0).isEmpty)
            #expect(try set.windows(of: 1) == [100..<200, 6500..<6601])
            #expect(!set.knowsShifts)
        }
    }

    @Test("another kind of file is refused with the reason")
    func refused() throws {
        try withTemporaryFile { url in
            #expect {
                try LabelledSet(contentsOf: url)
            } throws: { error in
                if case .unreadable = error as? LabelledSetError { true } else { false }
            }
            var writer = SafeTensorsWriter()
            writer.add("spectra", shape: [2, 100], floats: [Float](repeating: 1, count: 200))
            try writer.write(to: url)
            #expect {
                try LabelledSet(contentsOf: url)
            } throws: { error in
                "\(error)".contains("spectra") && "\(error)".contains("6601")
            }
            try Data("not safetensors".utf8).write(to: url)
            #expect(throws: LabelledSetError.self) { try LabelledSet(contentsOf: url) }
        }
    }
}
