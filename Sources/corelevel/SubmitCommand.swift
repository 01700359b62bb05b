import ArgumentParser
import Client
import Foundation
import Spectroscopy
import SpectrumFiles
import Synchronization

/// `corelevel submit`: the spectra of instrument files into a cluster.
struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Publish the spectra of instrument files as jobs, and wait for their results if wanted.",
        discussion: """
            Reads VAMAS (ISO 14976), SPECS (.xy, XML), Scienta (SES text, .ibw), PHI (.spe, .pro), NeXus and \
            two-column text; blocks of one sample and one set of experimental variables are one \
            spectrum, and one job. What was accepted is on disk; the same files into the same run are recognised and \
            not computed twice.
            """)

    @Argument(help: "Instrument files.", completion: .file())
    var files: [String]

    @OptionGroup var broker: BrokerOption

    @Option(help: "Name of the run; made from the first file's name and the time if absent.")
    var run: Name?

    @Option(help: "Photon energy in eV, of files that do not say it: for kinetic energies, and cross-sections.")
    var photonEnergy: Double?

    @Flag(help: "Wait for the results and print them.")
    var wait = false

    @Flag(help: "Print one JSON object for each job, with --wait for each result, on standard output.")
    var json = false

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("Name at least one file.") }
        if let photonEnergy, !(photonEnergy > 0 && photonEnergy.isFinite) {
            throw ValidationError("--photon-energy must be above 0.")
        }
    }

    func run() async throws {
        let name = run ?? defaultName
        let (jobs, worst) = read(into: name)
        var failure = worst
        if !jobs.isEmpty {
            try await broker.withClient { client in
                // Before the first job, so that no result is missed.
                let results = wait ? try await SubmittedRun(name, jobs: jobs, client: client) : nil
                let (isComplete, taken) = try await submit(jobs, as: name, to: client)
                if let results, try await !results.show(besides: taken, asJSON: json) {
                    failure = failure ?? ExitStatus.dataError
                }
                if !isComplete { failure = failure ?? ExitStatus.dataError }
            }
        }
        if let failure { throw failure }
    }

    private var defaultName: Name {
        let stem = files.first.map { URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent } ?? ""
        let time = Int(Date().timeIntervalSince1970)
        return (try? Name("\(stem.prefix(60))-\(time)", as: .run)) ?? Name(checked: "run-\(time)")
    }

    /// The jobs of all files that can be read; what is wrong with the others is said at once.
    private func read(into run: Name) -> (jobs: [SpectrumJob], worst: ExitCode?) {
        var options = SpectrumFile.Options()
        options.photonEnergyEV = photonEnergy
        var worst: ExitCode?
        var spectra: [(source: String, block: Int, spectrum: Spectrum)] = []
        for path in files {
            do {
                let file = try FileReading.read(path, options: options)
                for notice in file.notices { Self.note("\(path): \(notice)") }
                for (number, spectrum) in zip(file.numbers, file.spectra) { spectra.append((path, number, spectrum)) }
            } catch {
                let isReadable = FileManager.default.isReadableFile(atPath: path)
                let status = ExitStatus.report(error, as: isReadable ? ExitStatus.dataError : ExitStatus.noInput)
                worst = worst ?? status
            }
        }
        var keys: Set<Name> = []
        var jobs: [SpectrumJob] = []
        for (index, (source, block, spectrum)) in spectra.enumerated() {
            let text = "\(URL(fileURLWithPath: source).lastPathComponent):\(block)"
            // Two files of one name, or a name that is too long: the number is the key.
            let key = (try? Name(text, as: .job)).flatMap { keys.insert($0).inserted ? $0 : nil }
            do {
                jobs.append(
                    try SpectrumJob(
                        spectrum, source: source, block: block, run: run, key: key, seq: index + 1,
                        expected: spectra.count))
            } catch {
                let status = ExitStatus.report(
                    ValidationError("\(source), block \(block): \(error)"), as: ExitStatus.dataError)
                worst = worst ?? status
            }
        }
        return (jobs, worst)
    }

    /// Publishes all jobs and returns whether each was acknowledged, and those whose keys others have taken.
    private func submit(
        _ jobs: [SpectrumJob], as run: Name, to client: Client
    ) async throws -> (isComplete: Bool, taken: Set<JobID>) {
        var bar = ProgressBar("submitting", total: jobs.count)
        let printsReceipts = json && !wait
        let taken = Mutex<Set<JobID>>([])
        let stream = client.submissions { id, result in
            switch result {
            case .success(let receipt): if printsReceipts { print(Self.json(receipt)) }
            case .failure(let error):
                guard error.code == .conflict else { return Self.note("\(error)") }
                Self.note("\(error) Or give the run another name: --run.")
                _ = taken.withLock { $0.insert(id) }
            }
        }
        for job in jobs {
            try await stream.send(job.submission)
            bar.advance()
        }
        let summary = await stream.finish()
        bar.finish()
        let known = summary.duplicates > 0 ? ", \(summary.duplicates) of them known before" : ""
        Self.note("run \(run): \(summary.acknowledged) of \(jobs.count) spectra accepted\(known)")
        return (summary.failures == 0, taken.withLock { $0 })
    }

    private static func json(_ receipt: SubmitReceipt) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("code", receipt.code.rawValue)
        receipt.writeMembers(to: &writer)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func note(_ text: String) {
        FileHandle.standardError.write(Data("corelevel: \(text)\n".utf8))
    }
}
