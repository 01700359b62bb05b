import Foundation
import HDF5
import Spectroscopy

/// Reads NeXus files (HDF5) of photoelectron spectra: each entry's default data group, with its signal over an energy.
///
/// Written for NXxps and NXmpes (NeXus definitions, FAIRmat); other entries are read as far as signal and energy axis
/// are named as NeXus wants them. Detector axes are added up, other axes are series of spectra.
struct NeXusReader {
    private static let mostSpectra = 1 << 20
    private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

    private let file: String
    private let options: SpectrumFile.Options
    private var groups = SpectrumGroups()
    private var notices: [String] = []
    private var block = 0

    /// Whether a file begins as HDF5 files do.
    static func isHDF5(_ bytes: [UInt8]) -> Bool { bytes.starts(with: signature.prefix(4)) }

    static func read(
        _ bytes: [UInt8], file: String, options: SpectrumFile.Options
    ) throws(SpectrumFileError) -> SpectrumFile {
        do {
            return try HDF5Reader.read(bytes) { hdf5 in
                var reader = NeXusReader(file: file, options: options)
                try reader.readEntries(hdf5)
                let spectra = try reader.groups.spectra(file: file)
                guard !spectra.isEmpty else {
                    let reason = reader.notices.first ?? "it has no group of class NXentry"
                    throw SpectrumFileError(file: file, reason: "no spectrum in this HDF5 file: \(reason)")
                }
                return SpectrumFile(format: .nexus, spectra: spectra, notices: reader.notices)
            }
        } catch let error as SpectrumFileError {
            throw error
        } catch {
            throw SpectrumFileError(file: file, reason: "\(error)")
        }
    }

    private init(file: String, options: SpectrumFile.Options) {
        self.file = file
        self.options = options
    }

    private mutating func readEntries(_ hdf5: borrowing HDF5Reader) throws {
        // By number as well as by name: entry2 comes before entry10.
        for name in hdf5.children(of: "/").sorted(by: { $0.compare($1, options: .numeric) == .orderedAscending }) {
            let path = "/" + name
            guard ["NXentry", "NXsubentry"].contains(hdf5.text(attribute: "NX_class", of: path) ?? "") else { continue }
            block += 1
            do {
                try readEntry(path, hdf5)
            } catch let error as NeXusSkip {
                notices.append("\(path) is skipped: \(error.reason)")
            }
        }
    }

    private mutating func readEntry(_ entry: String, _ hdf5: borrowing HDF5Reader) throws {
        let data = try NeXusData(entry: entry, hdf5)
        let steps = data.series.reduce(1) { $0 * data.extents[$1] }
        guard steps <= Self.mostSpectra else {
            throw NeXusSkip(reason: "\(steps) spectra are more than \(Self.mostSpectra)")
        }
        let added = data.extents.indices.filter {
            $0 != data.energyIndex && !data.series.contains($0) && data.extents[$0] > 1
        }
        for index in added {
            notices.append("\(data.path): \(data.extents[index]) steps of \(data.axes[index]) are added up")
        }
        let settings = try settings(entry, data, hdf5)
        let metadata = metadata(entry, hdf5)
        // Told apart where the file tells them apart, whatever sample they are of.
        let spectrum = hdf5.text("\(entry)/identifier_spectrum") ?? ""
        let sample = hdf5.text("\(entry)/sample/name") ?? hdf5.text("\(entry)/sample/identifier") ?? ""
        for (number, values) in data.spectra().enumerated() {
            var metadata = metadata
            if steps > 1 { metadata.merge(data.conditions(of: number)) { $1 } }
            do {
                groups.add(
                    try Region(settings: settings, intensities: values.map { Float($0) }),
                    key: [spectrum, sample, "\(number)"], sample: sample, block: block, metadata: metadata)
            } catch {
                throw SpectrumFileError(file: file, reason: "\(data.path): \(error)")
            }
        }
    }

    private mutating func settings(
        _ entry: String, _ data: NeXusData, _ hdf5: borrowing HDF5Reader
    ) throws -> RegionSettings {
        let instrument = NeXusInstrument(entry: entry, hdf5)
        let named = OrdinateKind.named(in: data.unit.replacing("_", with: " "))
        let isWhole = data.values.allSatisfy { $0 >= 0 && $0 == $0.rounded() }
        let transition = hdf5.text("\(entry)/transitions") ?? String(entry.dropFirst())
        do {
            return try RegionSettings(
                name: CoreLevelName.canonical(transition), axis: .simplest(data.kind, energiesEV: data.energiesEV),
                ordinate: named == .counts && !isWhole ? .arbitrary : named ?? .arbitrary,
                photonEnergyEV: instrument.photonEnergyEV ?? options.photonEnergyEV,
                workFunctionEV: instrument.workFunctionEV, dwellS: instrument.dwellS, sweeps: instrument.sweeps,
                passEnergyEV: instrument.passEnergyEV)
        } catch {
            throw SpectrumFileError(file: file, reason: "\(data.path): \(error)")
        }
    }

    private func metadata(_ entry: String, _ hdf5: borrowing HDF5Reader) -> [String: String] {
        var metadata = ["entry": String(entry.dropFirst())]
        for (key, paths) in [
            ("acquired", ["start_time"]), ("experiment", ["identifier_experiment", "experiment_identifier"]),
            ("institution", ["experiment_institution"]),
            ("scan", ["identifier_scan", "entry_identifier", "identifier_entry", "scan_number"]),
            ("sample_id", ["sample/identifier", "sample/identifier_sample", "sample/sample_id"]),
            ("definition", ["definition"]), ("title", ["title"]),
        ] {
            for path in paths {
                if let text = hdf5.text("\(entry)/\(path)"), !text.isEmpty, text.lowercased() != "not specified" {
                    metadata[key] = text
                    break
                }
            }
        }
        return metadata
    }
}

/// Why an entry is no spectrum.
struct NeXusSkip: Error {
    let reason: String
}
