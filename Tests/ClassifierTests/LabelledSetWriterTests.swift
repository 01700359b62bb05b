import Classifier
import Foundation
import NeuralNetwork
import Testing

@Suite("Labelled set writer")
struct LabelledSetWriterTests {
    @Test("what was recorded, and how well, comes back spectrum by spectrum")
    func recordings() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors")
        defer { try? FileManager.default.removeItem(at: url) }
        var writer = try LabelledSetWriter(url: url, count: 3, holdsRecordings: true, metadata: ["seed": "7"])
        for number in 0..<3 {
            let window = 100 * (number + 1)..<100 * (number + 1) + 50
            var spectrum = [Float](repeating: 0, count: 6601)
            var recording = LabelledSetWriter.Recording(
                variance: spectrum, recorded: [Bool](repeating: false, count: 6601), photonEnergyEV: 1486.6)
            for point in window {
                spectrum[point] = Float(number + point)
                recording.variance[point] = Float(2 * point)
                recording.recorded[point] = true
            }
            var labels = [Float](repeating: 0, count: 40)
            labels[number] = 1
            try writer.append(
                spectrum: spectrum.span, labels: labels.span, shiftEV: Float(number) - 1, recording: recording)
        }
        try writer.finish()

        let set = try LabelledSet(contentsOf: url)
        let file = try SafeTensors(contentsOf: url)
        #expect(set.count == 3 && file.metadata["seed"] == "7")
        #expect(try set.shiftsEV(in: 0..<3) == [-1, 0, 1])
        for number in 0..<3 {
            let window = 100 * (number + 1)..<100 * (number + 1) + 50
            #expect(try set.windows(of: number) == [window])
            #expect(try set.labels(in: number..<number + 1).firstIndex(of: 1) == number)
            let spectrum = try set.spectra(in: number..<number + 1)
            let variance = try file.floats("variance", in: 6601 * number..<6601 * (number + 1))
            for point in 0..<6601 {
                #expect(spectrum[point] == (window.contains(point) ? Float(number + point) : 0))
                #expect(variance[point] == (window.contains(point) ? Float(2 * point) : 0))
            }
        }
        #expect(try file.floats("photon_energy_eV", in: 0..<3) == [1486.6, 1486.6, 1486.6])
    }

    @Test("a set that the disk has no room for is refused before anything is written")
    func noRoom() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for count in [1 << 40, Int.max] {
            let error = #expect(throws: LabelledSetError.self) {
                _ = try LabelledSetWriter(url: folder.appendingPathComponent("x.safetensors"), count: count)
            }
            #expect("\(String(describing: error))".contains("\(count) spectra take "))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test("a set that is given up leaves nothing behind")
    func givenUp() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        do {
            var writer = try LabelledSetWriter(url: folder.appendingPathComponent("x.safetensors"), count: 2)
            let (spectrum, labels) = ([Float](repeating: 0, count: 6601), [Float](repeating: 0, count: 40))
            try writer.append(spectrum: spectrum.span, labels: labels.span, shiftEV: 0)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
}
