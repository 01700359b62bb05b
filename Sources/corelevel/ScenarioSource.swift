import ClusterProtocol
import Spectroscopy
import Synthesis

/// The spectra of a scenario, one after the other, each with what identifies it and what is true of it.
struct ScenarioSource: SimulationSource {
    let scenario: BeamlineScenario
    private let generator: ScenarioGenerator
    private var index = 0

    init(_ scenario: BeamlineScenario, peakCounts: Double, regions: MeasurementPlan.Regions?, seed: UInt64) throws {
        self.scenario = scenario
        generator = try ScenarioGenerator(
            scenario, library: try PolymerLibrary.shipped, peakCounts: peakCounts, regions: regions, seed: seed)
    }

    mutating func nextLabelled() throws -> LabelledSample { throw ScenarioHasNoLabelledSet() }

    mutating func nextPublished() throws -> PublishedSample {
        let frame = index
        return PublishedSample(regions: try nextRegions(), truth: String(decoding: meta(of: frame, nil), as: UTF8.self))
    }

    /// The next spectrum and its `meta`, as measured at `acquiredS` seconds since 1970.
    mutating func next(scan: String, acquiredS: Double) throws -> PublishedSample {
        let frame = index
        let meta = meta(of: frame, (scan, acquiredS))
        return PublishedSample(regions: try nextRegions(), truth: String(decoding: meta, as: UTF8.self))
    }

    mutating func nextMeasurement(number: Int) throws -> Spectrum {
        let frame = scenario.frame(index)
        let place = frame.coordinates.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
        return try Spectrum(regions: nextRegions(), sample: "\(sample), \(place)")
    }

    private var sample: String { "virtual \(scenario.polymers.joined(separator: "-"))" }

    private mutating func nextRegions() throws -> [Region] {
        // A run that is asked for more begins again.
        let counts = generator.counts(of: index % scenario.count)
        index = (index + 1) % scenario.count
        return try zip(generator.regions, counts).map { try Region(settings: $0, intensities: $1) }
    }

    private func meta(of index: Int, _ when: (scan: String, acquiredS: Double)?) -> [UInt8] {
        let frame = scenario.frame(index)
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("simulated", true)
        writer.field("scenario", scenario.kind.rawValue)
        writer.field("sample", sample)
        writer.field("plan_name", "virtual_\(scenario.kind.rawValue)")
        writer.field("scan", when?.scan)
        writer.field("acquired", when?.acquiredS)
        writer.field("dimensions", dimensions)
        for coordinate in frame.coordinates {
            writer.key(coordinate.name)
            writer.value(coordinate.value)
        }
        writer.field("shift_eV", frame.shiftEV)
        writer.key("constituents")
        writer.beginArray()
        for constituent in frame.constituents {
            writer.beginObject()
            writer.field("polymer", constituent.polymer)
            writer.field("fraction", constituent.fraction)
            writer.endObject()
        }
        writer.endArray()
        writer.field("groups", generator.groups(of: index))
        writer.endObject()
        return writer.bytes
    }

    private var dimensions: [String] {
        switch scenario.kind {
        case .time: ["time_s"]
        case .map: ["x_um", "y_um"]
        case .depth: ["depth_nm"]
        }
    }
}

/// A run on one sample is nothing to judge a model by.
struct ScenarioHasNoLabelledSet: Error, CustomStringConvertible {
    var description: String { "--scenario writes .vms files or publishes to a broker; labelled sets are made without" }
}
