import ArgumentParser
import Client
import Foundation
import Ingest
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
            not computed twice, whatever is submitted with them. A file with other content is another one.
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
                try await announce(jobs.count, in: name, to: client)
                // Before the first job, so that no result is missed.
                let results = wait ? try await SubmittedRun(name, jobs: jobs, client: client) : nil
                let (isComplete, taken) = try await submit(jobs, as: name, to: client)
                try await announce(jobs.count, in: name, to: client)
                if let results {
                    let areAll = try await AbsenceNotice.whileWaiting(for: client, at: broker.broker) {
                        try await results.show(besides: taken, asJSON: json)
                    }
                    if !areAll { failure = failure ?? ExitStatus.dataError }
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
        var worst: ExitCode?
        var keys: Set<JobID> = []
        var jobs: [SpectrumJob] = []
        for path in files {
            do {
                // A file that was named twice is one file.
                jobs += try read(path, into: run, &worst).filter { keys.insert($0.submission.id).inserted }
            } catch {
                let isReadable = FileManager.default.isReadableFile(atPath: path)
                let status = ExitStatus.report(error, as: isReadable ? ExitStatus.dataError : ExitStatus.noInput)
                worst = worst ?? status
            }
        }
        return (jobs, worst)
    }

    /// The jobs of one file; of spectra that are too large for one it is said at once.
    private func read(_ path: String, into run: Name, _ worst: inout ExitCode?) throws -> [SpectrumJob] {
        var options = SpectrumFile.Options()
        options.photonEnergyEV = photonEnergy
        let file = try FileReading.read(path, options: options)
        for notice in file.notices { StandardError.say("\(path): \(notice)") }
        // However the path was written, it is one file.
        let place = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let digest = ContentDigest.text(of: [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))), at: place)
        let numbers = file.numbers
        var jobs: [SpectrumJob] = []
        for (spectrum, number) in zip(file.spectra, numbers) {
            let key = SpectrumJob.key(file: place, digest: digest, number: number, largest: numbers.max() ?? number)
            do {
                var job = try SpectrumJob(spectrum, source: place, block: number, run: run, key: key)
                job.source = path
                jobs.append(job)
            } catch {
                let status = ExitStatus.report(
                    ValidationError("\(path), block \(number): \(error)"), as: ExitStatus.dataError)
                worst = worst ?? status
            }
        }
        return jobs
    }

    /// Says to a run that begins how many jobs come, and to one that had a total when more have come; that is no part of
    /// the jobs, which must stay the same whatever they are submitted with.
    ///
    /// A run that others fill has their total, or none.
    private func announce(_ count: Int, in run: Name, to client: Client) async throws {
        do {
            try await client.openRun(run)
            let known = try await client.status(ofRun: run)
            let total = known.accepted > 0 ? known.expected.map { max($0, known.accepted) } : count
            if let total, total > known.expected ?? 0 { try await client.openRun(run, expected: total) }
        } catch {
            // A closed run: it takes no new jobs, and says so to each, but knows those that it has.
            guard error.code == .conflict else { throw error }
        }
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
                guard error.code == .conflict else { return StandardError.say("\(error)") }
                StandardError.say("\(error) Was it read otherwise before? Then give the run another name: --run.")
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
        StandardError.say("run \(run): \(summary.acknowledged) of \(jobs.count) spectra accepted\(known)")
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
}
