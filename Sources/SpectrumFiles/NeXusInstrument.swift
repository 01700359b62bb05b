import HDF5

/// What a NeXus entry says about photons and analyser, wherever it says it.
struct NeXusInstrument {
    private(set) var photonEnergyEV: Double?
    private(set) var passEnergyEV: Double?
    private(set) var dwellS: Double?
    private(set) var sweeps: Int?
    /// What is to be subtracted from kinetic energies; of other programs' files nobody knows whether it was already.
    private(set) var workFunctionEV: Double?
    private let isOurs: Bool

    init(entry: String, _ hdf5: borrowing HDF5Reader) {
        isOurs = hdf5.text("\(entry)/program_name") == "corelevel"
        let instruments = hdf5.children(of: entry).map { "\(entry)/\($0)" }.filter {
            hdf5.text(attribute: "NX_class", of: $0) == "NXinstrument"
        }
        for instrument in instruments {
            for name in hdf5.children(of: instrument) {
                let path = "\(instrument)/\(name)"
                switch hdf5.text(attribute: "NX_class", of: path) {
                case "NXbeam": photonEnergyEV = photonEnergyEV ?? Self.energyEV("\(path)/incident_energy", hdf5)
                case "NXmonochromator": photonEnergyEV = photonEnergyEV ?? Self.energyEV("\(path)/energy", hdf5)
                case "NXelectronanalyser", "NXelectronanalyzer", "NXdetector", "NXcollection":
                    readAnalyser(path, hdf5)
                default: break
                }
            }
        }
        photonEnergyEV = photonEnergyEV ?? Self.energyEV("\(entry)/sample/beam/incident_energy", hdf5)
    }

    private mutating func readAnalyser(_ path: String, _ hdf5: borrowing HDF5Reader) {
        for group in [path, path + "/energydispersion"] {
            passEnergyEV = passEnergyEV ?? Self.energyEV("\(group)/pass_energy", hdf5)
        }
        if isOurs { workFunctionEV = workFunctionEV ?? Self.single("\(path)/work_function", hdf5) }
        for group in [path, path + "/detector"] {
            sweeps = sweeps ?? Self.single("\(group)/sweeps", hdf5).flatMap { $0 >= 1 && $0 < 1e9 ? Int($0) : nil }
        }
        for group in [path, path + "/detector"] where dwellS == nil {
            let unit = hdf5.text(attribute: "units", of: "\(group)/count_time") ?? "s"
            guard let scale = ["s": 1, "ms": 1e-3, "second": 1][unit] else { continue }
            dwellS = Self.single("\(group)/count_time", hdf5).map { $0 * scale }.flatMap { $0 > 0 ? $0 : nil }
        }
    }

    private static func energyEV(_ path: String, _ hdf5: borrowing HDF5Reader) -> Double? {
        guard let value = single(path, hdf5), value > 0 else { return nil }
        switch hdf5.text(attribute: "units", of: path)?.lowercased() {
        case nil, "ev": return value
        case "kev": return value * 1000
        default: return nil
        }
    }

    /// The value of a dataset whose values are all the same; photon energies that change say nothing of one spectrum.
    private static func single(_ path: String, _ hdf5: borrowing HDF5Reader) -> Double? {
        guard let values = try? hdf5.numbers(path), let first = values.first, values.allSatisfy({ $0 == first }),
            first.isFinite
        else { return nil }
        return first
    }
}
