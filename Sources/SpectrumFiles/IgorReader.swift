import Spectroscopy

/// Reads Igor binary waves (.ibw) as Scienta's SES and PEAK save them: one dimension is the energy.
///
/// Angles and positions on the detector are added up; every step of another dimension (time, iteration) is a spectrum.
struct IgorReader {
    private let file: String
    private let wave: IgorWave
    private let note: SESNote
    private var notices: [String]

    static func read(
        _ bytes: [UInt8], file: String, options: SpectrumFile.Options
    ) throws(SpectrumFileError) -> SpectrumFile {
        let wave = try IgorWave(bytes, file: file)
        var reader = IgorReader(file: file, wave: wave)
        let spectra = try reader.spectra(options)
        return SpectrumFile(format: .igor, spectra: spectra, notices: reader.notices)
    }

    private init(file: String, wave: IgorWave) {
        self.file = file
        self.wave = wave
        note = SESNote(wave.note)
        notices = wave.notices
    }

    private mutating func spectra(_ options: SpectrumFile.Options) throws(SpectrumFileError) -> [Spectrum] {
        let (energy, kind) = try energyDimension()
        let series = try seriesDimensions(beside: energy)
        let added = wave.dimensions.indices.filter { $0 != energy && !series.contains($0) }
        for index in added where wave.dimensions[index].count > 1 {
            notices.append("\(wave.dimensions[index].count) steps of \(name(of: index)) are added up")
        }
        let recordings = project(onto: energy, series: series)
        let region = try settings(energy, kind, isCounted: recordings.allSatisfy(Self.isWhole), options)
        do {
            return try recordings.enumerated().map { number, values in
                var metadata = note.metadata
                var rest = number
                for index in series {
                    let dimension = wave.dimensions[index]
                    let step = rest % dimension.count
                    rest /= dimension.count
                    metadata[name(of: index)] = "\(dimension.start + Double(step) * dimension.step)"
                }
                return try Spectrum(
                    regions: [try Region(settings: region, intensities: values.map { Float($0) })],
                    sample: note.value("sample", "sample name") ?? "", source: file, blocks: [number + 1],
                    metadata: metadata)
            }
        } catch {
            throw SpectrumFileError(file: file, reason: "\(error)")
        }
    }

    /// The dimension whose unit speaks of energies; the first where the note does.
    private func energyDimension() throws(SpectrumFileError) -> (index: Int, kind: EnergyAxis.Kind) {
        for (index, dimension) in wave.dimensions.enumerated() {
            if let kind = EnergyKind.named(in: dimension.unit) { return (index, kind) }
        }
        let scale = note.value("energy scale", "energy axis", "energy mode") ?? ""
        if !wave.dimensions.isEmpty {
            if let kind = EnergyKind.named(in: scale + " energy") { return (0, kind) }
            if wave.dimensions[0].unit.lowercased().contains("energy") {
                throw refusal(
                    "its first dimension is \"\(wave.dimensions[0].unit)\", neither binding nor kinetic energy")
            }
        }
        let units = wave.dimensions.map { "\"\($0.unit)\"" }.joined(separator: ", ")
        throw refusal(
            "no dimension of the wave says that it is binding or kinetic energy (\(units.isEmpty ? "none" : units)); "
                + "set the unit in Igor (SetScale) or export text")
    }

    /// The dimensions along which something changed; detectors' own are not among them.
    private func seriesDimensions(beside energy: Int) throws(SpectrumFileError) -> [Int] {
        let onDetector = ["angle", "scale", "theta", "position", "slice", "channel", "deg", "mm"]
        let slices = note.number("number of slices")
        var series: [Int] = []
        for (index, dimension) in wave.dimensions.enumerated() where index != energy && dimension.count > 1 {
            let unit = dimension.unit.lowercased()
            if onDetector.contains(where: unit.contains) || slices == Double(dimension.count) { continue }
            guard !unit.isEmpty else {
                throw refusal(
                    "dimension \(index + 1) of \(dimension.count) steps has no name: nobody can tell whether to add its "
                        + "steps up or to take each for a spectrum; name it in Igor (SetScale)")
            }
            series.append(index)
        }
        return series
    }

    /// Adds the values up to one list along the energy for each step of the series; the series' first dimension is the
    /// fastest.
    private func project(onto energy: Int, series: [Int]) -> [[Double]] {
        let counts = wave.dimensions.map(\.count)
        let lists = series.reduce(1) { $0 * counts[$1] }
        var result = [[Double]](repeating: [Double](repeating: 0, count: counts[energy]), count: lists)
        var position = [Int](repeating: 0, count: counts.count)
        for value in wave.values {
            let list = series.reversed().reduce(0) { $0 * counts[$1] + position[$1] }
            result[list][position[energy]] += value
            for index in position.indices {
                position[index] += 1
                if position[index] < counts[index] { break }
                position[index] = 0
            }
        }
        return result
    }

    private func settings(
        _ energy: Int, _ kind: EnergyAxis.Kind, isCounted: Bool, _ options: SpectrumFile.Options
    ) throws(SpectrumFileError) -> RegionSettings {
        let dimension = wave.dimensions[energy]
        let named = OrdinateKind.named(in: wave.dataUnit)
        let name = note.value("region name", "spectrum name") ?? wave.name
        do {
            return try RegionSettings(
                name: CoreLevelName.canonical(name),
                axis: .uniform(kind, startEV: dimension.start, stepEV: dimension.step, count: dimension.count),
                // SES divides by gains and sweeps: fractions are no counts, whatever they are called.
                ordinate: named == .counts && !isCounted ? .arbitrary : named ?? .arbitrary,
                photonEnergyEV: note.positive("excitation energy", "photon energy") ?? options.photonEnergyEV,
                dwellS: note.dwellS, sweeps: note.sweeps, passEnergyEV: note.positive("pass energy"))
        } catch {
            throw refusal("\(error)")
        }
    }

    private func name(of index: Int) -> String {
        let unit = wave.dimensions[index].unit
        return unit.isEmpty ? "dimension \(index + 1)" : unit
    }

    private func refusal(_ reason: String) -> SpectrumFileError {
        SpectrumFileError(file: file, reason: reason)
    }

    private static func isWhole(_ values: [Double]) -> Bool {
        values.allSatisfy { $0 >= 0 && $0 == $0.rounded() }
    }
}
