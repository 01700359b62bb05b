import ArgumentParser
import Classifier
import Client
import ClusterProtocol
import Foundation
import SpectrumFiles
import Spectroscopy
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

    @Option(help: "Spectra a second; as fast as they are accepted if absent.")
    var rate: Double?

    @Flag(help: "Print one JSON object for each published spectrum on standard output.")
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
        if let rate, !(rate > 0 && rate.isFinite) { throw ValidationError("--rate must be above 0.") }
    }

    func run() async throws {
        do {
            var spectra = try SimulatedSpectra(maxShiftEV: maxShift, seed: seed)
            if let out {
                try write(&spectra, to: URL(fileURLWithPath: out))
            } else if let broker {
                try await publish(spectra, to: try BrokerAddress(broker))
            }
        } catch let error as LabelledSetError {
            throw ExitStatus.report(error, as: ExitStatus.cannotCreate)
        } catch let error as CocoaError {
            throw ExitStatus.report(error.localizedDescription as String, as: ExitStatus.cannotCreate)
        } catch {
            throw ExitStatus.report(error, as: ExitStatus.unavailable)
        }
    }

    private func write(_ spectra: inout SimulatedSpectra, to url: URL) throws {
        if url.pathExtension == "vms" {
            var writer = VAMASWriter()
            writer.instrument = "CoreLevel, simulated"
            writer.comment = ["seed \(seed), shifts within \(maxShift) eV"]
            let measurements = try (1...count).map { try spectra.nextMeasurement(number: $0) }
            try Data(writer.write(measurements)).write(to: url, options: .atomic)
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
}
