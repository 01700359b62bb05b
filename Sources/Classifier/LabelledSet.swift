public import Foundation
import NeuralNetwork
import Spectroscopy

/// Spectra with known functional groups in a safetensors file, read a few at a time.
///
/// The file holds `spectra` f32 `[n, 6601]` and `labels` u8 `[n, 40]`, and may hold `recorded` u8 `[n, 6601]` and
/// `variance` f32 `[n, 6601]` and `shift_eV` f32 `[n]` (the shift that was applied, positive to higher binding energy).
/// `photon_energy_eV` is allowed and not read.
public struct LabelledSet: Sendable {
    /// How many spectra there are.
    public let count: Int
    /// Whether the file says by how much each spectrum was shifted.
    public var knowsShifts: Bool { file.entries[Self.shiftName] != nil }

    static let spectraName = "spectra"
    static let labelsName = "labels"
    static let recordedName = "recorded"
    static let varianceName = "variance"
    static let photonEnergyName = "photon_energy_eV"
    static let shiftName = "shift_eV"
    /// Names of the labels, one a line, in the file's metadata.
    static let groupsKey = "functional_groups"

    private let file: SafeTensors
    let path: String

    /// Opens a file and checks that its shapes fit together.
    public init(contentsOf url: URL) throws(LabelledSetError) {
        path = url.path
        do {
            file = try SafeTensors(contentsOf: url)
        } catch {
            if case .unreadable = error { throw .unreadable("\(error)") }
            throw LabelledSetError.malformed(file: url.path, "\(error)")
        }
        let points = EnergyGrid.standard.count
        let groups = FunctionalGroup.all.count
        count = file.entries[Self.spectraName]?.shape.first ?? 0
        try expect(Self.spectraName, type: .float32, shape: [count, points])
        try expect(Self.labelsName, type: .uint8, shape: [count, groups])
        if file.entries[Self.recordedName] != nil {
            try expect(Self.recordedName, type: .uint8, shape: [count, points])
        }
        if file.entries[Self.varianceName] != nil {
            try expect(Self.varianceName, type: .float32, shape: [count, points])
        }
        if knowsShifts { try expect(Self.shiftName, type: .float32, shape: [count]) }
        guard count > 0 else { throw .malformed(file: path, "it holds no spectrum") }
        let names = FunctionalGroup.all.map(\.name).joined(separator: "\n")
        guard file.metadata[Self.groupsKey, default: names] == names else {
            throw .malformed(file: path, "its labels are not this program's 40 functional groups in their order")
        }
    }

    /// Intensities `[range, 6601]`.
    public func spectra(in range: Range<Int>) throws(LabelledSetError) -> [Float] {
        try read { () throws(SafeTensorsError) in
            try file.floats(Self.spectraName, in: elements(range, of: EnergyGrid.standard.count))
        }
    }

    /// Labels `[range, 40]`, 0 or 1.
    public func labels(in range: Range<Int>) throws(LabelledSetError) -> [Float] {
        try read { () throws(SafeTensorsError) in
            try file.bytes(Self.labelsName, in: elements(range, of: FunctionalGroup.all.count)).map { $0 == 0 ? 0 : 1 }
        }
    }

    /// The applied shifts in eV; zeros where the file does not say.
    public func shiftsEV(in range: Range<Int>) throws(LabelledSetError) -> [Float] {
        guard knowsShifts else { return [Float](repeating: 0, count: range.count) }
        return try read { () throws(SafeTensorsError) in try file.floats(Self.shiftName, in: range) }
    }

    /// The largest shift in the file without its sign, in eV; nil where the file does not say.
    public var largestShiftEV: Double? {
        get throws(LabelledSetError) {
            guard knowsShifts else { return nil }
            return try shiftsEV(in: 0..<count).map { Double(abs($0)) }.max()
        }
    }

    /// The recorded windows of one spectrum; the whole grid where the file does not say.
    public func windows(of spectrum: Int) throws(LabelledSetError) -> [Range<Int>] {
        let points = EnergyGrid.standard.count
        guard file.entries[Self.recordedName] != nil else { return [0..<points] }
        let recorded = try read { () throws(SafeTensorsError) in
            try file.bytes(Self.recordedName, in: elements(spectrum..<spectrum + 1, of: points))
        }
        var windows: [Range<Int>] = []
        for point in 0..<points where recorded[point] != 0 {
            if let last = windows.last, last.upperBound == point {
                windows[windows.count - 1] = last.lowerBound..<point + 1
            } else {
                windows.append(point..<point + 1)
            }
        }
        return windows
    }

    /// Variances of the intensities `[range, 6601]`, zero where unknown; nil where the file does not say.
    public func variances(in range: Range<Int>) throws(LabelledSetError) -> [Float]? {
        guard file.entries[Self.varianceName] != nil else { return nil }
        return try read { () throws(SafeTensorsError) in
            try file.floats(Self.varianceName, in: elements(range, of: EnergyGrid.standard.count))
        }
    }

    private func elements(_ range: Range<Int>, of width: Int) -> Range<Int> {
        range.lowerBound * width..<range.upperBound * width
    }

    private func read<Value>(_ body: () throws(SafeTensorsError) -> Value) throws(LabelledSetError) -> Value {
        do {
            return try body()
        } catch {
            throw .malformed(file: path, "\(error)")
        }
    }

    private func expect(_ name: String, type: SafeTensors.ElementType, shape: [Int]) throws(LabelledSetError) {
        guard let entry = file.entries[name] else {
            throw .malformed(file: path, "a labelled set needs the tensor “\(name)”, which is not there")
        }
        guard entry.type == type.rawValue, entry.shape == shape else {
            throw .malformed(
                file: path, "“\(name)” is \(entry.type) \(entry.shape), expected \(type.rawValue) \(shape)")
        }
    }
}

/// Why a labelled set could not be read or written.
public enum LabelledSetError: Error, Equatable, CustomStringConvertible {
    /// There is no such file, or it may not be read.
    case unreadable(String)
    /// It is not a labelled set.
    case malformed(file: String, String)
    /// It could not be written.
    case unwritable(file: String, String)

    /// What was wrong, where, and what to do.
    public var description: String {
        switch self {
        case .unreadable(let reason): reason
        case .malformed(let file, let reason): "\(file): \(reason)"
        case .unwritable(let file, let reason): "\(file) could not be written: \(reason)"
        }
    }
}
