public import Foundation
import Glibc
import Spectroscopy

/// Writes a labelled set spectrum by spectrum, so that its size is not limited by memory.
///
/// The file gets its name only when it is complete; one that is given up leaves nothing behind.
public struct LabelledSetWriter: ~Copyable {
    /// What is known of a spectrum that was measured in windows rather than made on the whole grid.
    public struct Recording {
        /// Variance of each intensity, zero where nothing was recorded.
        public var variance: [Float]
        /// Whether each cell was recorded.
        public var recorded: [Bool]
        /// Energy of the exciting photons.
        public var photonEnergyEV: Float

        /// Creates what is known of a spectrum.
        public init(variance: [Float], recorded: [Bool], photonEnergyEV: Float) {
            self.variance = variance
            self.recorded = recorded
            self.photonEnergyEV = photonEnergyEV
        }
    }

    private let url: URL
    private let partial: URL
    private let handle: FileHandle
    private let layout: Layout
    private let dataStart: Int
    private var written = 0
    private var shiftsEV: [Float] = []
    private var photonEnergiesEV: [Float] = []
    private var labels: [UInt8] = []

    /// Begins a file of exactly `count` spectra; refuses if the volume has no room for it.
    ///
    /// - Parameters:
    ///   - holdsRecordings: Whether every spectrum comes with its ``Recording``; the file then also holds `variance`,
    ///     `recorded` and `photon_energy_eV`.
    ///   - metadata: How the set was made, for example its seed.
    public init(
        url: URL, count: Int, holdsRecordings: Bool = false, metadata: [String: String] = [:]
    ) throws(LabelledSetError) {
        precondition(count > 0, "a labelled set holds at least one spectrum")
        try Self.requireRoom(for: count, holdsRecordings: holdsRecordings, at: url)
        let partial = url.appendingPathExtension("partial")
        let layout = Layout(count: count, holdsRecordings: holdsRecordings)
        let header = Self.header(layout, metadata: metadata)
        let handle: FileHandle
        do {
            try Data().write(to: partial)
            handle = try FileHandle(forWritingTo: partial)
            try handle.write(contentsOf: header)
        } catch {
            unlink(partial.path)
            throw .unwritable(file: url.path, error.localizedDescription)
        }
        self.url = url
        self.partial = partial
        self.handle = handle
        self.layout = layout
        dataStart = header.count
    }

    // After `finish` no file has this name.
    deinit { unlink(partial.path) }

    /// The size is known beforehand, so that hours of work need not end at a full disk.
    private static func requireRoom(for count: Int, holdsRecordings: Bool, at url: URL) throws(LabelledSetError) {
        var volume = statvfs()
        guard statvfs(url.deletingLastPathComponent().path, &volume) == 0 else { return }
        let free = Double(volume.f_bavail) * Double(volume.f_frsize)
        let needed = Double(count) * Double(Layout(count: 1, holdsRecordings: holdsRecordings).byteCount)
        guard needed > free else { return }
        let (size, room) = (String(format: "%.1f", needed / 1e9), String(format: "%.1f", free / 1e9))
        throw .unwritable(
            file: url.path, "\(count) spectra take \(size) GB, and its disk has \(room) GB left; ask for fewer")
    }

    /// Appends one spectrum with its labels and the shift that was applied to it.
    public mutating func append(
        spectrum: Span<Float>, labels: Span<Float>, shiftEV: Float, recording: Recording? = nil
    ) throws(LabelledSetError) {
        let points = EnergyGrid.standard.count
        precondition(spectrum.count == points && labels.count == FunctionalGroup.all.count)
        precondition(written < layout.count, "the file was begun for \(layout.count) spectra")
        precondition((recording != nil) == layout.holdsRecordings, "all spectra of a file have a recording, or none")
        try write(spectrum.withUnsafeBytes { Data($0) }, to: LabelledSet.spectraName)
        if let recording {
            precondition(recording.variance.count == points && recording.recorded.count == points)
            try write(recording.variance.withUnsafeBytes { Data($0) }, to: LabelledSet.varianceName)
            try write(Data(recording.recorded.map { $0 ? 1 : 0 }), to: LabelledSet.recordedName)
            photonEnergiesEV.append(recording.photonEnergyEV)
        }
        for group in 0..<labels.count { self.labels.append(labels[group] > 0.5 ? 1 : 0) }
        shiftsEV.append(shiftEV)
        written += 1
    }

    /// Completes the file and gives it its name.
    public consuming func finish() throws(LabelledSetError) {
        precondition(written == layout.count, "\(layout.count) spectra were announced, \(written) came")
        written = 0
        try write(shiftsEV.withUnsafeBytes { Data($0) }, to: LabelledSet.shiftName)
        try write(Data(labels), to: LabelledSet.labelsName)
        if layout.holdsRecordings {
            try write(photonEnergiesEV.withUnsafeBytes { Data($0) }, to: LabelledSet.photonEnergyName)
        }
        do {
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

    /// Writes the row of the spectrum that is being appended; in `finish` a whole tensor, as row 0.
    private func write(_ row: Data, to name: String) throws(LabelledSetError) {
        let start = dataStart + layout.start(of: name) + written * row.count
        var done = 0
        while done < row.count {
            // Foundation's own write says a number where the system says "No space left on device".
            let count = row.withUnsafeBytes { bytes in
                pwrite(handle.fileDescriptor, bytes.baseAddress.map { $0 + done }, row.count - done, start + done)
            }
            guard count > 0 else { throw .unwritable(file: url.path, String(cString: strerror(errno))) }
            done += count
        }
    }

    /// Which tensors a file holds, in the order of its bytes: those of 32-bit floats first, so that they lie aligned.
    private struct Layout {
        let count: Int
        let holdsRecordings: Bool

        var tensors: [(name: String, type: String, shape: [Int])] {
            let points = EnergyGrid.standard.count
            let measured: [(String, String, [Int])] = [
                (LabelledSet.varianceName, "F32", [count, points]), (LabelledSet.photonEnergyName, "F32", [count]),
                (LabelledSet.recordedName, "U8", [count, points]),
            ]
            return [(LabelledSet.spectraName, "F32", [count, points]), (LabelledSet.shiftName, "F32", [count])]
                + (holdsRecordings ? measured : [])
                + [(LabelledSet.labelsName, "U8", [count, FunctionalGroup.all.count])]
        }

        /// The bytes of each tensor.
        var ranges: [Range<Int>] {
            var start = 0
            return tensors.map { tensor in
                let bytes = tensor.shape.reduce(1, *) * (tensor.type == "F32" ? MemoryLayout<Float>.size : 1)
                defer { start += bytes }
                return start..<start + bytes
            }
        }

        var byteCount: Int { ranges.last?.upperBound ?? 0 }

        func start(of name: String) -> Int {
            guard let index = tensors.firstIndex(where: { $0.name == name }) else {
                preconditionFailure("this file holds no tensor “\(name)”")
            }
            return ranges[index].lowerBound
        }
    }

    /// The length and the JSON of a safetensors header.
    private static func header(_ layout: Layout, metadata: [String: String]) -> Data {
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
        for ((name, type, shape), bytes) in zip(layout.tensors, layout.ranges) {
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
        text.closeObject()
        var json = text.bytes
        json += [UInt8](repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8)
        return withUnsafeBytes(of: UInt64(json.count).littleEndian) { Data($0) } + json
    }
}
