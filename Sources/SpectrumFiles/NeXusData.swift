import HDF5
import Spectroscopy

/// A data group of a NeXus entry: a signal, its axes, and which of them is the energy.
struct NeXusData {
    let path: String
    /// The signal's extents, the last the fastest.
    let extents: [Int]
    /// Names of the axes; empty where one has none.
    private(set) var axes: [String]
    let energyIndex: Int
    let energiesEV: [Double]
    let kind: EnergyAxis.Kind
    /// What the signal is in.
    let unit: String
    let values: [Double]
    /// The axes along which something changed.
    private(set) var series: [Int] = []
    private var positions: [Int: [Double]] = [:]

    private static let unitsEV: [String: Double] = ["": 1, "ev": 1, "electronvolt": 1, "mev": 1e-3, "kev": 1e3]
    private static let onDetector = [
        "angle", "angular", "theta", "detector", "pixel", "channel", "slice", "_y", "axis",
    ]

    /// Finds the data of an entry: its default group, or the first that has a signal over an energy.
    init(entry: String, _ hdf5: borrowing HDF5Reader) throws {
        var paths: [String] = []
        if let name = hdf5.text(attribute: "default", of: entry) { paths.append("\(entry)/\(name)") }
        for name in hdf5.children(of: entry) {
            let path = "\(entry)/\(name)"
            if !paths.contains(path), hdf5.text(attribute: "NX_class", of: path) == "NXdata" { paths.append(path) }
        }
        guard !paths.isEmpty else { throw NeXusSkip(reason: "it has no NXdata group") }
        var reasons: [String] = []
        for path in paths {
            do {
                try self.init(path: path, hdf5)
                return
            } catch {
                reasons.append((error as? NeXusSkip)?.reason ?? "\(error)")
            }
        }
        throw NeXusSkip(reason: reasons[0])
    }

    private init(path: String, _ hdf5: borrowing HDF5Reader) throws {
        let children = hdf5.children(of: path)
        let named = [hdf5.text(attribute: "signal", of: path)].compactMap(\.self)
        let candidates = named + ["data", "counts", "intensity", "signal"]
        guard let signal = candidates.first(where: { children.contains($0) && hdf5.isDataset("\(path)/\($0)") }) else {
            throw NeXusSkip(reason: "\(path) names no signal")
        }
        let signalPath = "\(path)/\(signal)"
        let extents = try hdf5.extents(of: signalPath)
        var axes = hdf5.texts(attribute: "axes", of: path)
        if axes.isEmpty { axes = hdf5.texts(attribute: "axes", of: signalPath) }
        if axes.count == 1, extents.count > 1 {
            // Files before 2014 put all names into one text.
            axes = axes[0].filter { $0 != "[" && $0 != "]" }.split { $0 == ":" || $0 == "," }.map { String($0) }
        }
        if axes.isEmpty, extents.count == 1 {
            axes = Array(children.filter { $0 != signal && $0.lowercased().contains("energ") }.prefix(1))
        }
        guard axes.count == extents.count else {
            throw NeXusSkip(reason: "\(signalPath) has \(extents.count) dimensions and \(axes.count) named axes")
        }
        let energies = axes.indices.filter { axes[$0].lowercased().contains("energ") }
        guard let index = energies.first, energies.count == 1 else {
            throw NeXusSkip(
                reason: "\(path) should have one energy axis, but its axes are \(axes.joined(separator: ", "))")
        }
        (self.path, self.extents, self.axes, energyIndex) = (path, extents, axes, index)
        let energyPath = "\(path)/\(axes[index])"
        let energyUnit = (hdf5.text(attribute: "units", of: energyPath) ?? "").lowercased()
        guard let scale = Self.unitsEV[energyUnit] else {
            throw NeXusSkip(reason: "\(energyPath) is in \"\(energyUnit)\", not in eV")
        }
        let raw = try hdf5.numbers(energyPath)
        guard raw.count == extents[index] else {
            throw NeXusSkip(reason: "\(energyPath) has \(raw.count) values, its signal \(extents[index])")
        }
        energiesEV = raw.map { $0 * scale }
        let words = ["type", "long_name"].compactMap { hdf5.text(attribute: $0, of: energyPath) }
        guard
            let kind = ([axes[index].replacing("_", with: " ")] + words).lazy.compactMap({ EnergyKind.named(in: $0) })
                .first
        else {
            throw NeXusSkip(
                reason:
                    "\(energyPath) does not say whether it is binding or kinetic energy (attribute type or long_name)")
        }
        self.kind = kind
        unit = hdf5.text(attribute: "units", of: signalPath) ?? ""
        values = try hdf5.numbers(signalPath)
        for other in axes.indices where other != index && extents[other] > 1 {
            let axis = axes[other].lowercased()
            if Self.onDetector.contains(where: axis.contains) { continue }
            guard axis != "." else {
                throw NeXusSkip(
                    reason: "dimension \(other + 1) of \(signalPath) has no axis: nobody can tell whether to add it up")
            }
            series.append(other)
            positions[other] = try? hdf5.numbers("\(path)/\(axes[other])")
        }
    }

    /// The signal over the energy at each step of the series, the last of which is the fastest; other axes added up.
    func spectra() -> [[Double]] {
        let lists = series.reduce(1) { $0 * extents[$1] }
        var result = [[Double]](repeating: [Double](repeating: 0, count: extents[energyIndex]), count: lists)
        var position = [Int](repeating: 0, count: extents.count)
        for value in values {
            let list = series.reduce(0) { $0 * extents[$1] + position[$1] }
            result[list][position[energyIndex]] += value
            for index in position.indices.reversed() {
                position[index] += 1
                if position[index] < extents[index] { break }
                position[index] = 0
            }
        }
        return result
    }

    /// The values of the series' axes at a step.
    func conditions(of step: Int) -> [String: String] {
        var conditions: [String: String] = [:]
        var rest = step
        for index in series.reversed() {
            let place = rest % extents[index]
            rest /= extents[index]
            let values = positions[index] ?? []
            conditions[axes[index]] = values.count == extents[index] ? "\(values[place])" : "\(place)"
        }
        return conditions
    }
}
