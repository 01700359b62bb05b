import Classifier
import Spectroscopy

/// Where `simulate` has its spectra from.
protocol SimulationSource {
    /// The next spectrum as a row of a labelled set.
    mutating func nextLabelled() throws -> LabelledSample
    /// The next spectrum as a virtual beamline publishes it.
    mutating func nextPublished() throws -> PublishedSample
    /// The next spectrum as an instrument's file holds it.
    mutating func nextMeasurement(number: Int) throws -> Spectrum
}

/// One row of a labelled set.
struct LabelledSample {
    var intensities: [Float]
    var labels: [Float]
    var shiftEV: Float
    /// What was recorded; nil for a spectrum of the whole range.
    var recording: LabelledSetWriter.Recording?
}

/// One spectrum of a virtual beamline.
struct PublishedSample {
    var regions: [Region]
    /// What is true of it, one JSON object.
    var truth: String
}
