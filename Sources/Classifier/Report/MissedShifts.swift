import Decomposition
import Synthesis

/// The spectra whose shift a model misses, and whether anybody could have known better.
struct MissedShifts: Sendable {
    /// A shift is missed that is off by more than this, in eV.
    static let missEV = 0.2

    /// Of all spectra, those missed.
    let missed: Share
    /// Of those missed, the ones that least squares told little but statistics explain under the stated shift about as
    /// well as under the true one.
    let undecidable: Share
    /// Errors without these.
    let decidable: AnswerFigures.Shift?

    /// - Parameters:
    ///   - judged: A model's answers.
    ///   - measurements: What it was asked, of the first so many.
    init(_ judged: [JudgedSpectrum], measurements: [Measurement], from generator: MeasurementGenerator) {
        var errors: [Double] = []
        var misses: [Bool] = []
        var isUndecidable: [Bool] = []
        for (spectrum, measurement) in zip(judged, measurements) {
            guard let error = spectrum.shiftErrorEV else { continue }
            misses.append(abs(error) > Self.missEV)
            if abs(error) > Self.missEV {
                let advantage = Oracle.advantageOfTruth(
                    over: measurement.shiftEV + error, in: measurement, from: generator)
                isUndecidable.append(advantage < Oracle.decisiveAdvantage)
                if advantage < Oracle.decisiveAdvantage { continue }
            }
            errors.append(error)
        }
        missed = Share(of: misses) { $0 }
        undecidable = Share(of: isUndecidable) { $0 }
        decidable = AnswerFigures.Shift(errors)
    }
}
