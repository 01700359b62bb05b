public import Foundation
import Glibc
import Spectroscopy

/// Writes a labelled set spectrum by spectrum, so that its size is not limited by memory.
///
/// The file gets its name only when it is complete.
public struct LabelledSetWriter: ~Copyable {
    private let url: URL
    private let partial: URL
    private let handle: FileHandle
    private let count: Int
    private var written = 0
    private var shiftsEV: [Float] = []
    private var labels: [UInt8] = []

    /// Begins a file of exactly `count` spectra.
    ///
    /// - Parameter metadata: How the set was made, for example its seed.
    public init(url: URL, count: Int, metadata: [String: String] = [:]) throws(LabelledSetError) {
        precondition(count > 0, "a labelled set holds at least one spectrum")
        let partial = url.appendingPathExtension("partial")
        let handle: FileHandle
        do {
            try Data().write(to: partial)
            handle = try FileHandle(forWritingTo: partial)
            try handle.write(contentsOf: Self.header(count: count, metadata: metadata))
        } catch {
            throw .unwritable(file: url.path, error.localizedDescription)
        }
        self.url = url
        self.partial = partial
        self.handle = handle
        self.count = count
    }

    /// Appends one spectrum with its labels and the shift that was applied to it.
    public mutating func append(
        spectrum: Span<Float>, labels: Span<Float>, shiftEV: Float
    ) throws(LabelledSetError) {
        precondition(spectrum.count == EnergyGrid.standard.count && labels.count == FunctionalGroup.all.count)
        precondition(written < count, "the file was begun for \(count) spectra")
        do {
            try handle.write(contentsOf: spectrum.withUnsafeBytes { Data($0) })
        } catch {
            throw .unwritable(file: url.path, error.localizedDescription)
        }
        for group in 0..<labels.count { self.labels.append(labels[group] > 0.5 ? 1 : 0) }
        shiftsEV.append(shiftEV)
        written += 1
    }

    /// Completes the file and gives it its name.
    public consuming func finish() throws(LabelledSetError) {
        precondition(written == count, "\(count) spectra were announced, \(written) came")
        do {
            try handle.write(contentsOf: shiftsEV.withUnsafeBytes { Data($0) })
            try handle.write(contentsOf: Data(labels))
            try handle.synchronize()
            try handle.close()
        } catch {
            throw .unwritable(file: url.path, error.localizedDescription)
        }
        // Replaces an older file in one step, which FileManager's move refuses to do.
        guard rename(partial.path, url.path) == 0 else {
            throw .unwritable(file: url.path, String(cString: strerror(errno)))
        }
    }

    /// The length and the JSON of a safetensors header; labels come last, so that every f32 lies aligned.
    private static func header(count: Int, metadata: [String: String]) -> Data {
        let points = EnergyGrid.standard.count
        let groups = FunctionalGroup.all.count
        let spectraEnd = count * points * MemoryLayout<Float>.size
        let shiftsEnd = spectraEnd + count * MemoryLayout<Float>.size
        var text = JSONText()
        text.openObject()
        text.key("__metadata__")
        text.openObject()
        text.key(LabelledSet.groupsKey)
        text.string(FunctionalGroup.all.map(\.name).joined(separator: "\n"))
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            text.key(key)
            text.string(value)
        }
        text.closeObject()
        func tensor(_ name: String, _ type: String, _ shape: [Int], _ bytes: Range<Int>) {
            text.key(name)
            text.openObject()
            text.key("dtype")
            text.string(type)
            text.key("shape")
            text.integers(shape)
            text.key("data_offsets")
            text.integers([bytes.lowerBound, bytes.upperBound])
            text.closeObject()
        }
        tensor(LabelledSet.spectraName, "F32", [count, points], 0..<spectraEnd)
        tensor(LabelledSet.shiftName, "F32", [count], spectraEnd..<shiftsEnd)
        tensor(LabelledSet.labelsName, "U8", [count, groups], shiftsEnd..<shiftsEnd + count * groups)
        text.closeObject()
        var json = text.bytes
        json += [UInt8](repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8)
        return withUnsafeBytes(of: UInt64(json.count).littleEndian) { Data($0) } + json
    }
}
