import ClusterProtocol
import Collector
import Export
import Foundation
import Spectroscopy
import Worker

/// The stored spectra of runs, with what was measured where the store still has it.
struct StoredMeasurements {
    let reader: StoreReader

    /// Every spectrum with its measurement.
    func all(of runs: [Name]) async throws -> [ExportedSpectrum] {
        var spectra: [ExportedSpectrum] = []
        try await forEach(of: runs, withSpectra: true) { spectra.append($0) }
        guard !spectra.isEmpty else { throw ExportError.nothing }
        return spectra
    }

    /// Visits every spectrum, run by run, in the order of the runs' jobs.
    func forEach(
        of runs: [Name], withSpectra: Bool = false, _ visit: (ExportedSpectrum) throws -> Void
    ) async throws {
        for run in runs {
            try await reader.forEachPage(of: run) { page in
                var job: (id: JobID, header: String, frames: [Data])?
                for stored in page {
                    if job?.id != stored.id {
                        job = try await reader.measurement(of: stored.id, withFrames: withSpectra).map {
                            (stored.id, $0.header, $0.frames)
                        }
                    }
                    let header = job.flatMap { Self.header(of: $0.header) }
                    let spectrum = try header?.header.spectrum(job?.frames ?? [], at: stored.index)
                    try visit(
                        ExportedSpectrum(
                            run: stored.id.run.text, job: stored.id.job.text, seq: stored.seq, index: stored.index,
                            analysis: AnalysisRecord(json: stored.row), meta: header?.meta, spectrum: spectrum))
                }
            }
        }
    }

    private static func header(of text: String) -> (header: JobHeader, meta: String?)? {
        let bytes = Array(text.utf8)
        guard let header = try? bytes.withUnsafeBytes({ try JobHeader($0) }) else { return nil }
        return (header, header.metaRange.map { String(decoding: bytes[$0], as: UTF8.self) })
    }
}

extension JobHeader {
    /// One spectrum of the job, as it was measured; nil where the frames are gone.
    fileprivate func spectrum(_ frames: [Data], at index: Int) throws -> Spectrum? {
        guard frames.count == frameCount, !frames.isEmpty else { return nil }
        var measured: [Region] = []
        for (number, region) in regions.enumerated() {
            let array = frames[arrayFrame(of: number)]
            let first = index * region.points
            guard (first + region.points) * region.dtype.itemBytes <= array.count else { return nil }
            let intensities = array.withUnsafeBytes {
                region.dtype.floats(from: $0, elements: first..<first + region.points)
            }
            measured.append(
                try Region(
                    settings: try settings(of: number) { frame, dtype in
                        frames[frame].withUnsafeBytes { dtype.doubles(from: $0) }
                    },
                    intensities: intensities))
        }
        return try Spectrum(regions: measured)
    }
}
