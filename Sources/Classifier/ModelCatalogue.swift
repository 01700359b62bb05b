public import Foundation

/// The models that lie in a folder, by the names of their weight files: what comes with the program, or a folder of
/// one's own.
public struct ModelCatalogue: Sendable {
    /// A model of the catalogue.
    public struct Entry: Sendable, Hashable {
        /// What it is asked for by.
        public let name: String
        /// Its weight file.
        public let file: URL
    }

    /// What comes with the program.
    public static var shipped: ModelCatalogue {
        get throws {
            guard let folder = Bundle.module.url(forResource: "Resources", withExtension: nil) else {
                throw ModelError("the shipped weights are missing beside the program: build or install it again")
            }
            return try ModelCatalogue(folder: folder)
        }
    }

    /// The models, in the order of their names.
    public let entries: [Entry]

    /// Looks what weight files lie in a folder.
    ///
    /// - Throws: `ModelError` if it cannot be read.
    public init(folder: URL) throws {
        let files: [URL]
        do {
            files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        } catch {
            throw ModelError("cannot look for models in \(folder.path): \((error as NSError).localizedDescription)")
        }
        entries = files.filter { $0.pathExtension == "safetensors" }
            .map { Entry(name: $0.deletingPathExtension().lastPathComponent, file: $0) }
            .sorted { $0.name < $1.name }
    }

    /// The model of that name; “default” is the last one where none is called so.
    public func entry(named name: String) -> Entry? {
        entries.first { $0.name == name } ?? (name == Model.defaultName ? entries.last : nil)
    }
}
