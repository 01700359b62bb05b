public import Foundation
import Spectroscopy

/// Reference spectra of polymers with their functional groups, from a folder of text files: for whoever has a licence
/// for measured ones, so that the published experiment (Saddiq et al., arXiv 2603.05350) can be rerun on its own data.
///
/// The folder holds `index.csv` (see ``SpectralLibraryIndex``) and a text file of two columns for each spectrum,
/// binding energy in eV and intensity in any unit. A spectrum is moved so that aliphatic C 1s lies at 285.1 eV, brought
/// to steps of 0.1 eV, its negatives clipped; what was not recorded is zero. ``MixtureGenerator`` mixes these spectra
/// in place of those it makes of the built-in library.
public struct SpectralLibrary: Sendable {
    /// One reference spectrum.
    public struct Entry: Sendable, Equatable {
        /// The polymer's name.
        public let name: String
        /// The file it came from; empty where it was made here.
        public let file: String
        /// Whether each functional group occurs, in the library's order.
        public let labels: [Bool]
    }

    /// Where aliphatic C 1s lies in a mixture that is not shifted, in eV.
    public static let referenceEV = 285.1

    /// Points that the spectra reach beyond the standard grid at each end: what the largest shift and the broadening
    /// may move into it.
    static let margin = 220
    /// The standard grid with its margins.
    static let grid = EnergyGrid(
        startEV: EnergyGrid.standard.startEV - Double(margin) * EnergyGrid.standard.stepEV,
        stepEV: EnergyGrid.standard.stepEV, count: EnergyGrid.standard.count + 2 * margin)

    /// What the library is called in the record of a training.
    public let name: String
    /// The functional groups, in the order of every label vector.
    public let functionalGroups: [String]
    /// The spectra's names and groups, in the order of the index.
    public let entries: [Entry]
    /// `[entry, grid.count]`, intensity in the file's own unit.
    let rows: [Float]

    /// The name and what it holds, with a checksum: the same for the same spectra and labels alone.
    public var identity: String {
        // FNV-1a of 64 bits (Fowler, Noll, Vo).
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ value: UInt32) { hash = (hash ^ UInt64(value)) &* 0x100_0000_01B3 }
        for value in rows { add(value.bitPattern) }
        for entry in entries { for label in entry.labels { add(label ? 1 : 0) } }
        return "\(name), \(entries.count) spectra, checksum \(String(hash, radix: 16))"
    }

    init(name: String, functionalGroups: [String], entries: [Entry], rows: [Float]) {
        precondition(rows.count == entries.count * Self.grid.count, "one row for each entry")
        self.name = name
        self.functionalGroups = functionalGroups
        self.entries = entries
        self.rows = rows
    }

    /// Reads a folder.
    ///
    /// - Parameters:
    ///   - folder: Holds `index.csv` and the files that it names.
    ///   - functionalGroups: The names that the index may use, in the order of the label vectors.
    /// - Throws: `SpectralLibraryError` with every fault that was found.
    public init(folder: URL, functionalGroups: [String]) throws(SpectralLibraryError) {
        let bytes: [UInt8]
        do {
            bytes = try Self.bytes(of: folder, SpectralLibraryIndex.fileName)
        } catch {
            throw SpectralLibraryError(faults: [error])
        }
        let index = SpectralLibraryIndex(String(decoding: bytes, as: UTF8.self))
        var faults = index.faults
        var entries: [Entry] = []
        var rows: [Float] = []
        rows.reserveCapacity(index.rows.count * Self.grid.count)
        for row in index.rows {
            do throws(SpectralLibraryError.Fault) {
                let labels = try Self.labels(of: row, functionalGroups: functionalGroups)
                rows += try Self.intensities(of: row, in: folder)
                entries.append(Entry(name: row.name, file: row.file, labels: labels))
            } catch {
                faults.append(error)
            }
        }
        guard faults.isEmpty else { throw SpectralLibraryError(faults: faults) }
        self.init(
            name: folder.standardizedFileURL.lastPathComponent, functionalGroups: functionalGroups, entries: entries,
            rows: rows)
    }

    private static func bytes(of folder: URL, _ file: String) throws(SpectralLibraryError.Fault) -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: folder.appendingPathComponent(file)))
        } catch {
            throw SpectralLibraryError.Fault(
                file: file, line: nil,
                reason: "cannot be read in \(folder.path): \((error as NSError).localizedDescription)")
        }
    }

    private static func labels(
        of row: SpectralLibraryIndex.Row, functionalGroups: [String]
    ) throws(SpectralLibraryError.Fault) -> [Bool] {
        var labels = [Bool](repeating: false, count: functionalGroups.count)
        for name in row.groups {
            let label = functionalGroups.firstIndex { $0.caseInsensitiveCompare(name) == .orderedSame }
            guard let label else {
                throw SpectralLibraryError.Fault(
                    file: SpectralLibraryIndex.fileName, line: row.line,
                    reason: "“\(name)” is none of the groups: \(functionalGroups.joined(separator: "; "))")
            }
            labels[label] = true
        }
        return labels
    }

    private static func intensities(
        of row: SpectralLibraryIndex.Row, in folder: URL
    ) throws(SpectralLibraryError.Fault) -> [Float] {
        func fault(_ reason: String) -> SpectralLibraryError.Fault { .init(file: row.file, line: nil, reason: reason) }
        let file = try SpectralLibraryFile(try bytes(of: folder, row.file), file: row.file)
        let offsetEV = (row.referenceEV ?? referenceEV) - referenceEV
        let intensities: [Float]
        do {
            intensities = try file.intensities(on: grid, loweredByEV: offsetEV)
        } catch {
            throw fault(error.problem.description)
        }
        let inside = intensities[margin..<margin + EnergyGrid.standard.count]
        guard inside.contains(where: { $0 > 0 }) else {
            throw fault(
                "has no positive intensity between 40 and 700 eV binding energy; kinetic energies must be converted")
        }
        return intensities
    }
}
