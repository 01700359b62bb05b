import ArgumentParser
import ClusterProtocol
import Collector
import Export
import Foundation

/// `corelevel export`: stored results, with what was measured, in formats of other programs.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write stored results as CSV, VAMAS or NeXus.",
        discussion: """
            Every row or entry carries run, job, sample and scan identifiers and the user's own object, so that a \
            microscopy or diffraction result of the same sample can be joined to it. csv holds the results; vamas and \
            nexus hold the spectra as measured with the results beside them: the shift is reported and never applied. \
            nexus (NXxps) needs libhdf5 at run time.
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case csv
        case vamas
        case nexus

        init?(path: String) {
            switch URL(fileURLWithPath: path).pathExtension.lowercased() {
            case "csv": self = .csv
            case "vms", "vamas", "npl": self = .vamas
            case "nxs", "h5", "hdf5", "nexus": self = .nexus
            default: return nil
            }
        }
    }

    @Option(help: "The data directory of `corelevel up` or `corelevel collector`.")
    var data: String

    @Option(help: "This run only.")
    var run: Name?

    @Option(help: "csv, vamas or nexus; by the ending of --out if absent.")
    var format: Format?

    @Option(help: "File to write; csv goes to standard output if absent.", completion: .file())
    var out: String?

    func validate() throws {
        guard let format = format ?? out.flatMap(Format.init(path:)) ?? (out == nil ? .csv : nil) else {
            throw ValidationError("Name the format with --format csv, vamas or nexus.")
        }
        if out == nil, format != .csv { throw ValidationError("--format \(format.rawValue) needs --out FILE.") }
    }

    func run() async throws {
        do {
            let reader = try StoreReader(directory: URL(fileURLWithPath: data, isDirectory: true))
            let stored = StoredMeasurements(reader: reader)
            let runs = try await reader.runs(named: run).map(\.name)
            if let run, runs.isEmpty {
                let known = try await reader.runs().map(\.name.text).joined(separator: ", ")
                throw ValidationError("No run \(run) is stored; there are: \(known.isEmpty ? "none" : known).")
            }
            switch format ?? out.flatMap(Format.init(path:)) ?? .csv {
            case .csv: try await writeTable(runs, stored)
            case .vamas:
                let spectra = try await stored.all(of: runs)
                try write(Data(try VAMASExport.bytes(spectra, software: Self.software)))
            case .nexus:
                try NeXusExport.write(
                    try await stored.all(of: runs), to: out ?? "", software: "corelevel",
                    version: CoreLevel.configuration.version)
            }
        } catch let error as StoreError {
            if case .missing = error { throw ExitStatus.report(error, as: ExitStatus.noInput) }
            throw ExitStatus.report(error, as: error.isRetriable ? ExitStatus.systemError : ExitStatus.dataError)
        } catch let error as ValidationError {
            throw ExitStatus.report(error, as: ExitStatus.dataError)
        } catch ExportError.unwritable(let path, let reason) {
            throw ExitStatus.report(ExportError.unwritable(path: path, reason: reason), as: ExitStatus.cannotCreate)
        } catch let error as ExitCode {
            throw error
        } catch {
            throw ExitStatus.report(error, as: ExitStatus.dataError)
        }
    }

    private static var software: String { "corelevel \(CoreLevel.configuration.version)" }

    /// Page by page: first for the columns, then for the lines.
    private func writeTable(_ runs: [Name], _ stored: StoredMeasurements) async throws {
        var groups: [String] = []
        var links: Set<String> = []
        try await stored.forEach(of: runs) { spectrum in
            for group in spectrum.analysis.groups ?? [] where !groups.contains(group.name) { groups.append(group.name) }
            links.formUnion(spectrum.links.keys)
        }
        let table = CSVExport(groups: groups, links: links.sorted())
        let handle = try out.map { try Self.create($0) } ?? FileHandle.standardOutput
        try handle.write(contentsOf: Data(table.heading.utf8))
        try await stored.forEach(of: runs) { try handle.write(contentsOf: Data(table.line($0).utf8)) }
    }

    private static func create(_ path: String) throws -> FileHandle {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw ExportError.unwritable(path: path, reason: "see that its folder is there and may be written") }
        return handle
    }

    private func write(_ data: Data) throws {
        do {
            try data.write(to: URL(fileURLWithPath: out ?? ""), options: .atomic)
        } catch {
            throw ExportError.unwritable(path: out ?? "", reason: error.localizedDescription)
        }
    }
}
