import ArgumentParser
import Classifier
import Foundation
import NeuralNetwork

/// `corelevel models`: what answers there are to be had, and from whom.
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "List the models, show what one is good for, export one to ONNX.",
        subcommands: [List.self, Show.self, Export.self], defaultSubcommand: List.self)

    /// All that come with the program.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the models that come with the program.")

        @Flag(help: "Print one JSON object for each model on standard output.") var json = false

        func run() throws {
            do {
                let catalogue = try ModelCatalogue.shipped
                for entry in catalogue.entries {
                    let row = Row(entry.file, model: try Model.load(from: entry.file), catalogue: catalogue)
                    print(json ? try row.json() : row.words)
                }
            } catch {
                throw ExitStatus.report(error)
            }
        }
    }

    /// One model's card and metadata.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a model's card and what its weight file records.",
            discussion: "The card lies beside the weights under the same name with the extension md.")

        @Argument(help: "A name of the list, or a weight file.", completion: .file()) var model = Model.defaultName
        @Flag(help: "Print one JSON object on standard output.") var json = false

        func run() throws {
            do {
                let catalogue = try ModelCatalogue.shipped
                let file = catalogue.entry(named: model)?.file ?? URL(fileURLWithPath: model)
                let found = try Model.named(model)
                let card = ModelCard(besideWeights: file)?.text(metadata: found.metadata)
                var row = Row(file, model: found, catalogue: catalogue)
                if json {
                    (row.metadata, row.card) = (found.metadata, card)
                    return print(try row.json())
                }
                print(card ?? "No card lies beside \(file.path).\n")
                print(row.words + "\n")
                for (key, value) in found.metadata.sorted(by: { $0.key < $1.key }) {
                    print("\(key): \(value.split(separator: "\n").joined(separator: "; "))")
                }
            } catch {
                throw ExitStatus.report(error)
            }
        }
    }

    /// One model in a form that other programs run.
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a model as ONNX, which runtimes of every language run.",
            discussion: """
                Of the paper's networks: input "spectra" [N, 6601], outputs "probabilities" [N, 40] and, where the model \
                estimates one, "shift_eV" [N]. Of networks on regions (default, benchmark): inputs "values", "mask", "noise" \
                and "alignment_eV", outputs "shift_probabilities" and what is read under the alignment: one call for the \
                shifts, another for each shift that fits. Shapes, meanings, labels and preprocessing are in the file's \
                metadata_props.
                """)

        @Argument(help: "A name of the list, or a weight file.", completion: .file()) var model: String
        @Option(help: "The file to write (.onnx).", completion: .file(extensions: ["onnx"])) var out: String

        func run() throws {
            do {
                try ONNXExport.write(try Model.named(model), to: URL(fileURLWithPath: out))
            } catch {
                throw ExitStatus.report(error)
            }
        }
    }

    /// What the list says of a model; `--json` prints it under these keys.
    private struct Row: Encodable {
        let name: String
        let isDefault: Bool
        let architecture: String
        let parameters: Int
        let multiplyAddsPerSpectrum: Int
        let trainedOn: String
        let file: String
        var metadata: [String: String]?
        var card: String?

        enum CodingKeys: String, CodingKey {
            case name, architecture, parameters, file, metadata, card
            case isDefault = "default"
            case multiplyAddsPerSpectrum = "multiply_adds_per_spectrum"
            case trainedOn = "trained_on"
        }

        init(_ file: URL, model: Model, catalogue: ModelCatalogue) {
            name = file.deletingPathExtension().lastPathComponent
            isDefault = catalogue.entry(named: Model.defaultName)?.file == file
            architecture = model.architecture.rawValue
            parameters = model.figures.parameters
            multiplyAddsPerSpectrum = model.figures.multiplyAddsPerSpectrum
            trainedOn = model.figures.trainedOn
            self.file = file.path
        }

        var words: String {
            let millions = String(format: "%.2f M", Double(multiplyAddsPerSpectrum) / 1e6)
            return "\(name)\(isDefault && name != Model.defaultName ? " (default)" : "")  \(architecture)  "
                + "\(parameters) parameters, \(millions) multiply-adds a spectrum, trained on \(trainedOn)"
                + "\n    \(file)"
        }

        func json() throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}
