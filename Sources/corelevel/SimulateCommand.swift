import ArgumentParser
import Classifier
import Client
import ClusterProtocol
import Foundation
import Spectroscopy
import SpectrumFiles
import Synthesis

/// `corelevel simulate`: labelled spectra into a file, or a virtual beamline into a cluster.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Make labelled synthetic spectra: a file, or a virtual beamline that publishes them as jobs.",
        discussion: """
            Mixtures of two to four of the library's polymers, each shifted as a charging sample would be. A file that \
            ends in .safetensors is a labelled set for "evaluate"; one that ends in .vms holds core-level windows as \
            an instrument writes them. With --instrument the spectra are as instruments deliver them: some regions \
            alone, on their own steps, with noise, backgrounds, contamination and errors of energy and gain.

            With --scenario the spectra are one run on one sample: "time" follows a reaction in which ester replaces \
            alcohol while the sample charges, "map" finds nylon islands in PET, "depth" sputters through PVDF and PMMA \
            into silicone. Each job's meta says where and when, and what is true.
            """)

    @Option(help: "How many spectra.")
    var count: Int

    @Option(help: "Shifts are drawn within plus and minus this, in eV.")
    var maxShift = 3.0

    @Option(help: "The same seed gives the same spectra.")
    var seed: UInt64 = 1

    @Option(help: "File to write: .safetensors or .vms.")
    var out: String?

    @Option(help: "Publish to this broker instead: tcp://HOST:PORT.")
    var broker: String?

    @Option(help: "Name of the run; made from the time if absent.")
    var run: String?

    @Flag(help: "Spectra as instruments deliver them, with every effect, of pure polymers as well as mixtures.")
    var instrument = false

    @Option(
        help: """
            Draw counting noise, with this many counts at the highest channel; if absent none, with --instrument 10 to \
            a million.
            """)
    var counts: Double?

    @Option(
        help: """
            With --instrument or --scenario: the regions to record, such as "C 1s,O 1s", "all" or "survey"; drawn if absent.
            """)
    var regions: RegionChoice?

    @Option(help: "With --instrument: energy of the photons in eV; Al Kα if absent.")
    var photonEnergy: Double?

    @Option(help: "Spectra a second; as fast as they are accepted if absent.")
    var rate: Double?

    @Option(help: "One run on one sample: time, map or depth; --max-shift is how far it may charge.")
    var scenario: String?

    @Flag(help: "With --scenario and --rate: stand still where instruments do, at a row's end or for the source.")
    var gaps = false

    @Option(help: "With --scenario: break off after so many spectra, as an aborted scan does, and close the run.")
    var abortAfter: Int?

    @Flag(help: "Print what was published as one JSON object.")
    var json = false

    func validate() throws {
        guard count > 0 else { throw ValidationError("--count must be at least 1.") }
        guard (0...MixtureGenerator.largestShiftEV).contains(maxShift) else {
            throw ValidationError("--max-shift must be 0 to \(MixtureGenerator.largestShiftEV) eV.")
        }
        guard (out == nil) != (broker == nil) else { throw ValidationError("Give either --out or --broker.") }
        if let out, !out.hasSuffix(".safetensors"), !out.hasSuffix(".vms") {
            throw ValidationError("--out must end in .safetensors or .vms.")
        }
        if let counts, !(counts >= 1 && counts.isFinite) { throw ValidationError("--counts must be at least 1.") }
        if regions != nil, !instrument, scenario == nil {
            throw ValidationError("--regions needs --instrument or --scenario.")
        }
        if let photonEnergy {
            let possible = MeasurementPlan.photonEnergiesEV
            guard instrument else { throw ValidationError("--photon-energy needs --instrument.") }
            guard possible.contains(photonEnergy) else {
                throw ValidationError(
                    "--photon-energy must be \(Int(possible.lowerBound)) to \(Int(possible.upperBound)) eV.")
            }
        }
        try validateScenario()
        if let rate, !(rate > 0 && rate.isFinite) { throw ValidationError("--rate must be above 0.") }
    }

    func run() async throws {
        let spectra: any SimulationSource
        do {
            spectra = try source()
            if let out { try write(spectra, to: URL(fileURLWithPath: out)) }
        } catch {
            throw ExitStatus.report(error, as: ExitStatus.cannotCreate)
        }
        guard let broker else { return }
        if let played = spectra as? ScenarioSource {
            var option = BrokerOption()
            option.broker = broker
            try await option.withClient { try await publish(played, to: $0) }
            return
        }
        var option = BrokerOption()
        option.broker = broker
        try await option.withClient { try await publish(spectra, to: $0) }
    }

    private func source() throws -> any SimulationSource {
        if let scenario = try scenarioSource() { return scenario }
        guard instrument else { return try SimulatedSpectra(maxShiftEV: maxShift, seed: seed, peakCounts: counts) }
        let plan = MeasurementPlan(
            peakCounts: counts, regions: regions?.regions ?? .drawn,
            photonEnergyEV: photonEnergy ?? CrossSectionTable.aluminiumEV)
        return try SimulatedMeasurements(maxShiftEV: maxShift, seed: seed, plan: plan)
    }

    private func write(_ source: any SimulationSource, to url: URL) throws {
        var spectra = source
        if url.pathExtension == "vms" {
            var writer = VAMASWriter()
            writer.instrument = "CoreLevel, simulated"
            writer.comment = ["seed \(seed), shifts within \(maxShift) eV"]
            let measurements = try (1...count).map { try spectra.nextMeasurement(number: $0) }
            do {
                try Data(writer.write(measurements)).write(to: url, options: .atomic)
            } catch {
                throw LabelledSetError.unwritable(file: url.path, error.localizedDescription)
            }
            return
        }
        var bar = ProgressBar("simulating", total: count)
        var metadata = ["seed": "\(seed)", "max_shift_eV": "\(maxShift)"]
        if instrument { metadata["instrument"] = "all effects" }
        var writer = try LabelledSetWriter(url: url, count: count, holdsRecordings: instrument, metadata: metadata)
        for _ in 0..<count {
            let sample = try spectra.nextLabelled()
            try writer.append(
                spectrum: sample.intensities.span, labels: sample.labels.span, shiftEV: sample.shiftEV,
                recording: sample.recording)
            bar.advance()
        }
        try writer.finish()
        bar.finish()
    }

    func printJSON(of summary: SubmissionStream.Summary, run: Name) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("run", run)
        writer.field("acknowledged", summary.acknowledged)
        writer.field("failed", summary.failures)
        writer.endObject()
        print(String(decoding: writer.bytes, as: UTF8.self))
    }

    private func publish(_ source: any SimulationSource, to client: Client) async throws {
        var spectra = source
        let name = try Name(run ?? "simulated-\(Int(Date().timeIntervalSince1970))", as: .run)
        var bar = ProgressBar("publishing", total: count)
        let started = ContinuousClock.now
        let stream = client.submissions()
        for number in 1...count {
            if let rate {
                try await Task.sleep(until: started + .seconds(Double(number - 1) / rate), clock: .continuous)
            }
            let sample = try spectra.nextPublished()
            let headers = sample.regions.enumerated().map { SpectrumJob.header(of: $1, number: $0 + 1) }
            try await stream.send(
                try JobSubmission(
                    JobHeader(run: name, seq: number, expected: count, regions: headers),
                    frames: sample.regions.map { $0.intensities.withUnsafeBytes { Array($0) } },
                    meta: Array(sample.truth.utf8)))
            bar.advance()
        }
        let summary = await stream.finish()
        bar.finish()
        let elapsed = ContinuousClock.now - started
        if json {
            printJSON(of: summary, run: name)
        } else {
            let seconds = String(format: "%.1f", elapsed.inSeconds)
            print("run \(name): \(summary.acknowledged) of \(count) spectra acknowledged in \(seconds) s")
        }
        if let error = summary.errors.first { throw error }
    }
}
