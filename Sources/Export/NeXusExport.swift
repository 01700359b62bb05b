import Foundation
import HDF5
import Spectroscopy

/// Spectra and results as NeXus (HDF5): an NXxps entry for each region as measured, with the analysis beside it.
///
/// Written after the NXxps application definition (NeXus definitions, FAIRmat). What it requires and nobody told us,
/// such as the time or the work function, is left out. The energies are those that were measured: the shift stands in
/// `analysis/shift` and is not applied.
public enum NeXusExport {
    /// Writes a file; spectra that the store keeps no longer are left out.
    public static func write(_ spectra: [ExportedSpectrum], to path: String, software: String, version: String) throws {
        guard spectra.contains(where: { $0.spectrum != nil }) else { throw ExportError.noMeasurements }
        try HDF5Writer.write(path) { hdf5 in
            try hdf5.attribute("NX_class", "NXroot", of: "/")
            try hdf5.attribute("creator", software, of: "/")
            try hdf5.attribute("creator_version", version, of: "/")
            var names: Set<String> = []
            for exported in spectra {
                for region in exported.spectrum?.regions ?? [] {
                    let name = unique(exported, region, among: &names)
                    if names.count == 1 { try hdf5.attribute("default", name, of: "/") }
                    try NeXusEntry(path: "/\(name)", exported: exported, region: region)
                        .write(hdf5, software: software, version: version)
                }
            }
        }
    }

    /// A name for an entry: letters, digits and underscores, as NeXus wants them.
    private static func unique(_ exported: ExportedSpectrum, _ region: Region, among names: inout Set<String>) -> String
    {
        let text = "\(exported.job)_\(exported.index)_\(region.name)"
        var name = String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }.prefix(60))
        if name.first?.isLetter != true { name = "e_" + name }
        var candidate = name
        var number = 2
        while !names.insert(candidate).inserted {
            candidate = "\(name)_\(number)"
            number += 1
        }
        return candidate
    }
}
