import ArgumentParser
import Client
import ClusterProtocol
import Foundation
import Spectroscopy
import Synthesis

/// A virtual beamline: one run on one sample.
extension SimulateCommand {
    /// Counts at the highest channel of a scenario's first spectrum, where none are asked for.
    private static let scenarioPeakCounts = 20_000.0

    func validateScenario() throws {
        guard let scenario else {
            guard !gaps, abortAfter == nil else { throw ValidationError("--gaps and --abort-after need --scenario.") }
            return
        }
        guard BeamlineScenario.Kind(rawValue: scenario) != nil else {
            throw ValidationError("--scenario must be time, map or depth.")
        }
        if instrument { throw ValidationError("--scenario has an instrument of its own: leave --instrument out.") }
        if out?.hasSuffix(".safetensors") == true { throw ValidationError("\(ScenarioHasNoLabelledSet())") }
        if gaps, rate == nil { throw ValidationError("--gaps needs --rate.") }
        if let abortAfter, !(1...count).contains(abortAfter) {
            throw ValidationError("--abort-after must be 1 to --count.")
        }
    }

    func scenarioSource() throws -> ScenarioSource? {
        guard let kind = scenario.flatMap(BeamlineScenario.Kind.init(rawValue:)) else { return nil }
        let played = BeamlineScenario(
            kind, count: count, intervalS: rate.map { 1 / $0 } ?? 1, chargeEV: maxShift / 2, seed: seed)
        return try ScenarioSource(
            played, peakCounts: counts ?? Self.scenarioPeakCounts, regions: regions?.regions, seed: seed)
    }

    /// Publishes the run at its rate; one that is broken off is closed with fewer spectra than it promised.
    func publish(_ source: ScenarioSource, to client: Client) async throws {
        var spectra = source
        let scan = run ?? "\(source.scenario.kind.rawValue)-\(Int(Date().timeIntervalSince1970))"
        let name = try Name(scan, as: .run)
        let number = min(abortAfter ?? count, count)
        var bar = ProgressBar("publishing", total: number)
        try await client.openRun(name, expected: count)
        let stream = client.submissions()
        var due = ContinuousClock.now
        for index in 0..<number {
            if let rate {
                let pauseS = gaps ? spectra.scenario.frame(index).pauseS : 0
                due += .seconds(pauseS)
                try await Task.sleep(until: due, clock: .continuous)
                due += .seconds(1 / rate)
            }
            let sample = try spectra.next(scan: scan, acquiredS: Date().timeIntervalSince1970)
            let headers = sample.regions.enumerated().map { SpectrumJob.header(of: $1, number: $0 + 1) }
            try await stream.send(
                try JobSubmission(
                    JobHeader(run: name, seq: index + 1, expected: count, regions: headers),
                    frames: sample.regions.map { $0.intensities.withUnsafeBytes { Array($0) } },
                    meta: Array(sample.truth.utf8)))
            bar.advance()
        }
        let summary = await stream.finish()
        bar.finish()
        if abortAfter != nil { _ = try await client.closeRun(name) }
        if json {
            printJSON(of: summary, run: name)
        } else {
            let ending = number < count ? ", broken off" : ""
            print("run \(name): \(summary.acknowledged) of \(count) spectra acknowledged\(ending)")
        }
        if let error = summary.errors.first { throw error }
    }
}
