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

    /// Page by page: a long reading transaction would keep a running collector's log from being folded back.
    private func show(_ runs: [RunRecord], from reader: StoreReader) async throws {
        var table: ResultTable?
        for run in runs {
            var page = try await reader.spectra(run: run.name)
            while let last = page.last {
                if json {
                    for spectrum in page { print(spectrum.json) }
                } else {
                    var lines = table ?? ResultTable(labels: page.map { label($0) })
                    for spectrum in page { lines.print(ResultRow(json: spectrum.row), label: label(spectrum)) }
                    table = lines
                }
                page = try await reader.spectra(run: run.name, after: last.n)
            }
        }
        if json { return }
        table?.printNotes()
        if table == nil { print("nothing is stored yet") }
        for run in runs {
            guard let dead = run.counts?.dead, dead > 0 else { continue }
            print("\(dead) jobs of run \(run.name) have failed: corelevel dead list --run \(run.name) says why.")
        }
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
