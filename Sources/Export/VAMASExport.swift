import Spectroscopy
import SpectrumFiles

/// Spectra as VAMAS text (ISO 14976) with the result of each in the header's comment.
///
/// Energies are those that were measured: the shift is in the comment and is not applied.
public enum VAMASExport {
    /// The file's bytes; spectra that the store keeps no longer are left out.
    public static func bytes(_ spectra: [ExportedSpectrum], software: String) throws(ExportError) -> [UInt8] {
        var writer = VAMASWriter()
        var measured: [Spectrum] = []
        writer.comment = [
            "Exported by \(software)",
            "Energies are as measured. corrected = measured - shift; no correction is applied.",
        ]
        for exported in spectra {
            guard let spectrum = exported.spectrum else { continue }
            do {
                var metadata = exported.links
                metadata["acquired"] = exported.acquired
                measured.append(
                    try Spectrum(
                        regions: spectrum.regions,
                        sample: exported.sample.isEmpty ? exported.identifier : exported.sample,
                        source: exported.source, metadata: metadata))
            } catch {
                throw .unwritable(path: exported.identifier, reason: "\(error)")
            }
            writer.comment += comment(exported, number: measured.count)
        }
        guard !measured.isEmpty else { throw .noMeasurements }
        writer.experiment = spectra.first?.run ?? "Not specified"
        return writer.write(measured)
    }

    private static func comment(_ exported: ExportedSpectrum, number: Int) -> [String] {
        let analysis = exported.analysis
        var words = ["Spectrum \(number): run=\(exported.run) job=\(exported.job) index=\(exported.index)"]
        for (name, value) in [
            ("sample_id", exported.sampleID), ("scan_id", exported.scanID), ("source", exported.source),
        ] where !value.isEmpty {
            words.append("\(name)=\(value)")
        }
        if let shift = analysis.shiftEV { words.append("shift_eV=\(shift)") }
        if let sigma = analysis.shiftSigmaEV { words.append("shift_sigma_eV=\(sigma)") }
        if let reference = analysis.reference, let energy = reference.energyEV {
            words.append("reference=\(reference.line ?? "") \(energy) eV")
        }
        if let error = analysis.error { words.append("error=\(error)") }
        let groups = analysis.present.map { group in
            "\(group.name)" + (group.probability.map { " \($0)" } ?? "")
        }
        words.append("present=\(groups.isEmpty ? "none" : groups.joined(separator: "; "))")
        if let model = analysis.model { words.append("model=\(model)") }
        return [words.joined(separator: ", ")] + (exported.meta.map { ["Spectrum \(number) meta: \($0)"] } ?? [])
    }
}
