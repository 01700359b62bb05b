import ArgumentParser
import Client
import ClusterProtocol
import Foundation
import Ingest
import SpectrumFiles

/// `corelevel ingest`: the spectra of a folder's files into a cluster, each once.
struct IngestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Submit the spectra of every file in a folder, now or as they appear.",
        discussion: """
            With --watch it goes on until it is stopped: a file is submitted when nobody has changed it for --quiet \
            seconds, or at once when it was renamed into the folder. A list of what was done, in the folder unless \
            --state names another file, lets it go on after a restart; jobs have keys made of path and content, so that \
            none is computed twice. A file that is no spectrum is reported once, and again when it has changed.
            """)

    @Argument(help: "The folder; folders inside it are looked into.", completion: .directory)
    var folder: String

    @OptionGroup var broker: BrokerOption

    @Flag(help: "Go on and submit what appears.")
    var watch = false

    @Option(help: "Name of the run; the folder's name if absent. Keep it the same over restarts.")
    var run: Name?

    @Option(help: "File that remembers what was submitted.")
    var state: String?

    @Option(help: "Seconds that a file must have stayed the same.")
    var quiet = 2.0

    @Option(help: "Seconds after which a file that cannot be read is refused; until then it may still be growing.")
    var patience = 30.0

    @Option(help: "Photon energy in eV, of files that do not say it: for kinetic energies, and cross-sections.")
    var photonEnergy: Double?

    @Flag(help: "List the files that were refused, with the reason, and submit nothing.")
    var refused = false

    @Flag(help: "Print one JSON object for each file on standard output.")
    var json = false

    func validate() throws {
        guard quiet >= 0, quiet <= 3600, patience >= 0, patience <= 86_400 else {
            throw ValidationError("--quiet must be 0 to 3,600 and --patience 0 to 86,400 seconds.")
        }
        if let photonEnergy, !(photonEnergy > 0 && photonEnergy.isFinite) {
            throw ValidationError("--photon-energy must be above 0.")
        }
    }

    func run() async throws {
        let ledger: IngestLedger
        do {
            _ = try FolderListing.files(in: folder)
            ledger = try IngestLedger(URL(fileURLWithPath: statePath))
        } catch IngestError.unreadableFolder(let path) {
            throw ExitStatus.report(IngestError.unreadableFolder(path: path), as: ExitStatus.noInput)
        } catch {
            throw ExitStatus.report(error, as: ExitStatus.cannotCreate)
        }
        if refused {
            for entry in ledger.refusals { report(entry, known: 0) }
            return
        }
        var options = SpectrumFile.Options()
        options.photonEnergyEV = photonEnergy
        try await broker.withClient { client in
            var ingest = FolderIngest(
                folder: folder, run: try run ?? defaultRun(), ledger: ledger, client: client, options: options,
                quiet: .seconds(quiet), patience: .seconds(patience), report: report)
            let stopping = StopFlag()
            let signals = watch ? await StopSignals.onFirst { stopping.set() } : nil
            try await ingest.run(isWatching: watch, isStopping: { stopping.isSet })
            signals?.cancel()
            if !watch, ingest.reports == 0 {
                let isEmpty = try FolderListing.files(in: folder).isEmpty
                let why = isEmpty ? "there is no file" : "\(statePath) names what was submitted before"
                StandardError.say("nothing in \(folder) is new: \(why)")
            }
            if !watch, ingest.refusals > 0 { throw ExitStatus.dataError }
        }
    }

    private var statePath: String {
        state ?? URL(fileURLWithPath: folder).appendingPathComponent(".corelevel-ingest.jsonl").path
    }

    private func defaultRun() throws -> Name {
        let name = URL(fileURLWithPath: folder).standardizedFileURL.lastPathComponent
        guard let run = try? Name(String(name.prefix(100)), as: .run) else {
            throw ExitStatus.report(
                ValidationError("The folder's name \"\(name)\" is none for a run; give one with --run."),
                as: ExitStatus.usage)
        }
        return run
    }

    private func report(_ entry: IngestLedger.Entry, known: Int) {
        if json {
            var writer = JSONWriter()
            writer.beginObject()
            writer.field("file", entry.file)
            writer.field("state", entry.refused == nil ? "submitted" : "refused")
            writer.field("jobs", entry.jobs)
            writer.field("known", entry.refused == nil ? known : nil)
            writer.field("reason", entry.refused)
            writer.endObject()
            print(String(decoding: writer.bytes, as: UTF8.self))
            fflush(nil)
        } else if let reason = entry.refused {
            StandardError.say("\(entry.file) is refused: \(reason)")
        } else {
            let before = known > 0 ? ", \(known) of them known before" : ""
            print("\(entry.file): \(entry.jobs ?? 0) spectra accepted\(before)")
            fflush(nil)
        }
    }
}
