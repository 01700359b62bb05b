public import Foundation
import Spectroscopy

extension SpectralLibrary {
    /// The built-in polymers' spectra as a library of this kind: a pattern for one's own folder.
    public init(_ library: PolymerLibrary) {
        self.init(
            name: "built-in", functionalGroups: library.functionalGroups,
            entries: library.polymers.map { Entry(name: $0.name, file: "", labels: $0.labels) },
            rows: ReferenceSpectra(library: library, grid: .standard, padding: Self.margin).rows)
    }

    /// Writes the index and one text file for each spectrum into a folder that is there.
    public func write(to folder: URL) throws {
        var index = "file,name,groups\n"
        for (number, entry) in entries.enumerated() {
            let file = String(format: "%03d.txt", number + 1)
            let groups = zip(functionalGroups, entry.labels).filter(\.1).map(\.0)
            let name = entry.name.replacing("\"", with: "\"\"")
            index += "\(file),\"\(name)\",\"\(groups.joined(separator: "; "))\"\n"
            try Data(text(ofEntry: number).utf8).write(to: folder.appendingPathComponent(file), options: .atomic)
        }
        try Data(index.utf8).write(
            to: folder.appendingPathComponent(SpectralLibraryIndex.fileName), options: .atomic)
    }

    /// Two columns; intensities in as many digits as give the same number back.
    private func text(ofEntry number: Int) -> String {
        var text = "# binding energy in eV, intensity\n"
        let first = number * Self.grid.count
        for point in 0..<Self.grid.count {
            // In tenths, so that no energy shows the rounding of 0.1 in binary.
            let tenths = Int((Self.grid.energyEV(at: point) * 10).rounded())
            text += "\(tenths / 10).\(tenths % 10) \(rows[first + point])\n"
        }
        return text
    }
}
