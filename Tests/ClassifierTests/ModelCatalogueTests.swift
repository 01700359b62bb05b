import Classifier
import Foundation
import NeuralNetwork
import Testing

@Suite struct ModelCatalogueTests {
    /// Calls a closure with a folder that is gone afterwards.
    func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    @Test("a folder's weight files are its models; the default is the one called so, else the last")
    func entries() throws {
        try withFolder { folder in
            func add(_ name: String) throws { try Data().write(to: folder.appendingPathComponent(name)) }
            try add("README.md")
            #expect(try ModelCatalogue(folder: folder).entries.isEmpty)
            try add("one.safetensors")
            #expect(try ModelCatalogue(folder: folder).entry(named: "default")?.name == "one")
            try add("another.safetensors")
            let two = try ModelCatalogue(folder: folder)
            #expect(two.entries.map(\.name) == ["another", "one"])
            #expect(two.entry(named: "default")?.name == "one" && two.entry(named: "another")?.name == "another")
            #expect(two.entry(named: "a third") == nil)
            try add("default.safetensors")
            #expect(try ModelCatalogue(folder: folder).entry(named: "default")?.name == "default")
        }
        #expect(throws: ModelError.self) { try ModelCatalogue(folder: URL(fileURLWithPath: "/nowhere/at/all")) }
    }

    @Test("every shipped model loads by its name and has figures")
    func shipped() throws {
        let catalogue = try ModelCatalogue.shipped
        #expect(!catalogue.entries.isEmpty && catalogue.entry(named: "default") != nil)
        for entry in catalogue.entries {
            let model = try Model.named(entry.name)
            #expect(model.figures.parameters > 10_000 && model.figures.multiplyAddsPerSpectrum > 100_000)
            #expect(model.figures.trainedOn.contains("spectra"))
        }
    }

    @Test("a name that is neither a model nor a file is told which models there are")
    func unknownName() throws {
        do {
            _ = try Model.named("nonesuch")
            Issue.record("a model was found")
        } catch let error as SafeTensorsError {
            let names = try ModelCatalogue.shipped.entries.map(\.name)
            #expect("\(error)".contains("nonesuch") && names.allSatisfy { "\(error)".contains($0) })
        }
    }

    @Test("parameters and multiply-adds of the paper's networks", arguments: Architecture.paper)
    func figures(architecture: Architecture) {
        let model = Model(
            network: architecture.makeNetwork(maxBatch: 1, seed: 1), name: "fresh",
            labels: FunctionalGroup.all.map(\.name), preprocessing: Preprocessing.name, shiftOriginEV: nil,
            trainingRecord: ["spectra": "640", "max_shift_eV": "3.0"])
        // Linear layers: inputs x outputs; with biases and two batch norms of 256 and 128.
        let (products, head) = (6601 * 256 + 256 * 128 + 128 * 40, 256 * 3 + 128 * 3 + 40)
        #expect(model.figures.trainedOn == "640 spectra shifted by ±3.0 eV")
        switch architecture {
        case .mlp:
            #expect(model.figures.multiplyAddsPerSpectrum == products)
            #expect(model.figures.parameters == products + head)
        case .cnn:
            #expect(model.figures.multiplyAddsPerSpectrum == products + 3 * 6601)
            #expect(model.figures.parameters == products + head + 4)
        case .stn:
            let localisation = 6601 * 64 + 64 * 32 + 32
            #expect(model.figures.multiplyAddsPerSpectrum == products + localisation + 2 * 6601)
            #expect(model.figures.parameters == products + head + localisation + 64 + 32 + 1)
        case .regionSTN, .unmixingSTN: Issue.record("none of the paper's")
        }
    }
}
