import ArgumentParser
import ClusterProtocol
import Collector
import Foundation

/// `corelevel results`: what is stored, read beside a running collector or without one.
struct ResultsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "results",
        abstract: "Show what is stored: a line for each spectrum.",
        discussion: """
            Reads the SQLite file in the data directory, whether a cluster runs on it or not, and changes nothing. The \
            view "spectrum" in it shows the same to any other program.
            """)

    @Option(help: "The data directory of `corelevel up` or `corelevel collector`.")
    var data: String

    @Option(help: "This run only.")
    var run: Name?

    @Flag(help: "Print one JSON object for each spectrum on standard output.")
    var json = false

    func run() async throws {
        do {
            let reader = try StoreReader(directory: URL(fileURLWithPath: data, isDirectory: true))
            let runs = try await reader.runs(named: run)
            if let run, runs.isEmpty {
                let known = try await reader.runs().map(\.name.text).joined(separator: ", ")
                throw ValidationError("No run \(run) is stored; there are: \(known.isEmpty ? "none" : known).")
            }
            try await show(runs, from: reader)
        } catch let error as StoreError {
            if case .missing = error { throw ExitStatus.report(error, as: ExitStatus.noInput) }
            throw ExitStatus.report(error, as: error.isRetriable ? ExitStatus.systemError : ExitStatus.dataError)
        } catch let error as ValidationError {
            throw ExitStatus.report(error, as: ExitStatus.dataError)
        }
    }

    private func show(_ runs: [RunRecord], from reader: StoreReader) async throws {
        var table: ResultTable?
        var models: [Name: [String: Int]] = [:]
        for run in runs {
            try await reader.forEachPage(of: run.name) { page in
                for spectrum in page { models[run.name, default: [:]][spectrum.model, default: 0] += 1 }
                if json {
                    for spectrum in page { print(spectrum.json) }
                } else {
                    var lines = table ?? ResultTable(labels: page.map { label($0) })
                    for spectrum in page { lines.print(ResultRow(json: spectrum.row), label: label(spectrum)) }
                    table = lines
                }
            }
        }
        if !json {
            table?.printNotes()
            if table == nil { print("nothing is stored yet") }
            for run in runs {
                guard let dead = run.counts?.dead, dead > 0 else { continue }
                print(
                    "\(dead.counting("job")) of run \(run.name) failed: corelevel dead list --run \(run.name) says why."
                )
            }
        }
        for run in runs { sayModels(models[run.name] ?? [:], of: run.name) }
    }

    /// Workers may have different models: their answers to one run are not to be compared as if they had one.
    private func sayModels(_ counts: [String: Int], of run: Name) {
        guard counts.count > 1 else { return }
        let models = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0) \($1)" }
        StandardError.say(
            "the spectra of run \(run) were answered by \(counts.count) models: \(models.joined(separator: ", ")); "
                + "--json says by which each was")
    }

    private func label(_ spectrum: StoredSpectrum) -> String {
        let job = run == nil ? "\(spectrum.id.run)/\(spectrum.id.job)" : spectrum.id.job.text
        return spectrum.index == 0 ? job : "\(job)[\(spectrum.index)]"
    }
}

extension StoredSpectrum {
    /// The result line with where it is from in front.
    fileprivate var json: String { ResultLine.json(id: id, seq: seq, index: index, row: row) }
}
