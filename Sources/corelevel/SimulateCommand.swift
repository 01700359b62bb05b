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
            an instrument writes them.
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

    @Option(help: "Draw counting noise, with this many counts at the highest channel; none if absent.")
    var counts: Double?

    @Option(help: "Spectra a second; as fast as they are accepted if absent.")
    var rate: Double?

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
        if let rate, !(rate > 0 && rate.isFinite) { throw ValidationError("--rate must be above 0.") }
    }

    func run() async throws {
        let spectra: SimulatedSpectra
        do {
            spectra = try SimulatedSpectra(maxShiftEV: maxShift, seed: seed, peakCounts: counts)
            if let out { try write(spectra, to: URL(fileURLWithPath: out)) }
        } catch {
            throw ExitStatus.report(error, as: ExitStatus.cannotCreate)
        }
        guard let broker else { return }
        var option = BrokerOption()
        option.broker = broker
        try await option.withClient { try await publish(spectra, to: $0) }
    }

    private func write(_ source: SimulatedSpectra, to url: URL) throws {
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
        var writer = try LabelledSetWriter(
            url: url, count: count, metadata: ["seed": "\(seed)", "max_shift_eV": "\(maxShift)"])
        for _ in 0..<count {
            let sample = spectra.next()
            try writer.append(
                spectrum: sample.intensities.span, labels: sample.labels.span, shiftEV: sample.shiftEV)
            bar.advance()
        }
        try writer.finish()
        bar.finish()
    }

    private func publish(_ source: SimulatedSpectra, to client: Client) async throws {
        var spectra = source
        let name = try Name(run ?? "simulated-\(Int(Date().timeIntervalSince1970))", as: .run)
        let grid = EnergyGrid.standard
        var region = RegionHeader(
            name: "core levels", points: grid.count,
            axis: .binding(startEV: grid.startEV, stepEV: grid.stepEV))
        region.photonEnergyEV = 1486.6
        var bar = ProgressBar("publishing", total: count)
        let started = ContinuousClock.now
        let stream = client.submissions()
        for number in 1...count {
            if let rate {
                try await Task.sleep(until: started + .seconds(Double(number - 1) / rate), clock: .continuous)
            }
            let sample = spectra.nextMeasured()
            let header = JobHeader(run: name, seq: number, expected: count, regions: [region])
            let truth = "{\"simulated\":true,\"shift_eV\":\(sample.shiftEV)}"
            try await stream.send(
                try JobSubmission(
                    header, frames: [sample.intensities.withUnsafeBytes { Array($0) }], meta: Array(truth.utf8)))
            bar.advance()
        }
        let summary = await stream.finish()
        bar.finish()
        let elapsed = ContinuousClock.now - started
        if json {
            print("{\"run\":\"\(name)\",\"acknowledged\":\(summary.acknowledged),\"failed\":\(summary.failures)}")
        } else {
            let seconds = String(format: "%.1f", elapsed.inSeconds)
            print("run \(name): \(summary.acknowledged) of \(count) spectra acknowledged in \(seconds) s")
        }
        if let error = summary.errors.first { throw error }
    }
}
