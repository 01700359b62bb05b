import Classifier
import Foundation
import Testing

@Suite struct ModelCardTests {
    @Test("keys become the figures of the weights, and a missing one is said to be so")
    func keys() {
        let card = ModelCard(template: "Seen: {{training.spectra}}, { {{ name }} }, {{training.none}}, {{open")
        let text = card.text(metadata: ["training.spectra": "64", "name": "x {{y}}"])
        #expect(text == "Seen: 64, { x {{y}} }, (not recorded in the weights), {{open")
        let figures = ["error": "0.05874991416931152", "shift": "9.0", "start": "v1.2, loss 0.1280811"]
        #expect(
            ModelCard(template: "{{error}}, {{shift}}, {{start}}").text(metadata: figures)
                == "0.0587, 9, v1.2, loss 0.1280811")
    }

    @Test("a card lies beside the weights it belongs to")
    func besideWeights() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors")
        #expect(ModelCard(besideWeights: file) == nil)
        let card = file.deletingPathExtension().appendingPathExtension("md")
        defer { try? FileManager.default.removeItem(at: card) }
        try Data("# {{name}}".utf8).write(to: card)
        #expect(ModelCard(besideWeights: file)?.text(metadata: ["name": "mine"]) == "# mine")
    }

    @Test("the cards that come with the program say what they must", arguments: ["default", "benchmark", "stn-3eV"])
    func shipped(name: String) throws {
        let folder = try #require(try ModelCatalogue.shipped.entries.first).file.deletingLastPathComponent()
        let card = try #require(ModelCard(besideWeights: folder.appendingPathComponent("\(name).safetensors")))
        let text = card.text(metadata: [:])
        for heading in ["Training data", "What the numbers are", "Range of validity", "Failure cases", "Do not use"] {
            #expect(text.contains("## \(heading)"), "\(heading)")
        }
    }
}
