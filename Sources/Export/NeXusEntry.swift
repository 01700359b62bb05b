import HDF5
import Spectroscopy

/// One NXentry: a region as measured, its sample and instrument, and what the analysis says of its spectrum.
struct NeXusEntry {
    let path: String
    let exported: ExportedSpectrum
    let region: Region

    func write(_ hdf5: borrowing HDF5Writer, software: String, version: String) throws(HDF5Error) {
        let settings = region.settings
        try hdf5.group(path, class: "NXentry")
        try hdf5.attribute("default", "data", of: path)
        try hdf5.text("\(path)/definition", "NXxps")
        try hdf5.attribute("version", "v2024.02", of: "\(path)/definition")
        try hdf5.text("\(path)/title", "\(exported.identifier) \(region.name)")
        try hdf5.text("\(path)/method", "X-ray photoelectron spectroscopy (XPS)")
        try hdf5.text("\(path)/transitions", region.name)
        if let startTime { try hdf5.text("\(path)/start_time", startTime) }
        try hdf5.text("\(path)/program_name", software)
        try hdf5.attribute("version", version, of: "\(path)/program_name")
        // The names under which the same measurement and its sample are known elsewhere.
        for (name, value) in [
            ("identifier_experiment", exported.run), ("entry_identifier", exported.identifier),
            ("identifier_spectrum", exported.identifier), ("identifier_scan", exported.scanID),
            ("identifier_source_file", exported.source),
            ("identifier_source_block", exported.block), ("meta", exported.meta ?? ""),
        ] where !value.isEmpty {
            try hdf5.text("\(path)/\(name)", value)
        }
        try writeSample(hdf5)
        try writeInstrument(hdf5, settings)
        try writeData(hdf5, settings)
        try writeAnalysis(hdf5, software: software)
    }

    /// NX_DATE_TIME needs a time zone; a time without one is taken for UTC.
    private var startTime: String? {
        let time = exported.acquired.replacing(" ", with: "T")
        let parts = time.split(separator: "T", maxSplits: 1)
        let digits = parts.first.map { $0.split(separator: "-").compactMap { Int($0) } } ?? []
        guard digits.count == 3 else { return nil }
        guard parts.count == 2 else { return "\(time)T00:00:00Z" }
        let hasZone = parts[1].contains { $0 == "Z" || $0 == "+" || $0 == "-" }
        return hasZone ? time : time + "Z"
    }

    private func writeSample(_ hdf5: borrowing HDF5Writer) throws(HDF5Error) {
        try hdf5.group("\(path)/sample", class: "NXsample")
        if !exported.sample.isEmpty { try hdf5.text("\(path)/sample/name", exported.sample) }
        if !exported.sampleID.isEmpty { try hdf5.text("\(path)/sample/identifier_sample", exported.sampleID) }
    }

    private func writeInstrument(_ hdf5: borrowing HDF5Writer, _ settings: RegionSettings) throws(HDF5Error) {
        let instrument = "\(path)/instrument"
        try hdf5.group(instrument, class: "NXinstrument")
        try hdf5.group("\(instrument)/beam_probe", class: "NXbeam")
        if let photonEnergyEV = settings.photonEnergyEV {
            try hdf5.number("\(instrument)/beam_probe/incident_energy", photonEnergyEV, unit: "eV")
        }
        let analyser = "\(instrument)/electronanalyzer"
        try hdf5.group(analyser, class: "NXelectronanalyzer")
        if let workFunctionEV = settings.workFunctionEV {
            try hdf5.number("\(analyser)/work_function", workFunctionEV, unit: "eV")
        }
        try hdf5.group("\(analyser)/collectioncolumn", class: "NXcollectioncolumn")
        try hdf5.text("\(analyser)/collectioncolumn/scheme", "angular dispersive")
        try hdf5.group("\(analyser)/energydispersion", class: "NXenergydispersion")
        try hdf5.text("\(analyser)/energydispersion/scheme", "hemispherical")
        try hdf5.text("\(analyser)/energydispersion/energy_scan_mode", "fixed_analyzer_transmission")
        if let passEnergyEV = settings.passEnergyEV {
            try hdf5.number("\(analyser)/energydispersion/pass_energy", passEnergyEV, unit: "eV")
        }
        try hdf5.group("\(analyser)/detector", class: "NXelectron_detector")
        if let dwellS = settings.dwellS { try hdf5.number("\(analyser)/detector/count_time", dwellS, unit: "s") }
        // The definition has no name for it; without it regions of different sweeps have no common scale.
        if let sweeps = settings.sweeps { try hdf5.integer("\(analyser)/detector/sweeps", sweeps) }
        if let transmission = settings.transmission {
            try hdf5.numbers("\(analyser)/transmission", transmission)
        }
    }

    private func writeData(_ hdf5: borrowing HDF5Writer, _ settings: RegionSettings) throws(HDF5Error) {
        let data = "\(path)/data"
        try hdf5.group(data, class: "NXdata")
        try hdf5.attribute("signal", "data", of: data)
        try hdf5.attribute("axes", "energy", of: data)
        try hdf5.attribute("energy_indices", 0, of: data)
        try hdf5.numbers("\(data)/energy", (0..<settings.axis.count).map { settings.axis.energyEV(at: $0) }, unit: "eV")
        try hdf5.attribute("type", settings.axis.kind.rawValue, of: "\(data)/energy")
        try hdf5.attribute("long_name", "\(settings.axis.kind.rawValue) energy as measured", of: "\(data)/energy")
        let unit =
            switch settings.ordinate {
            case .counts: "counts"
            case .countsPerSecond: "counts_per_second"
            case .arbitrary: "arbitrary"
            }
        try hdf5.numbers("\(data)/data", region.intensities, unit: unit)
        try hdf5.attribute("long_name", "intensity", of: "\(data)/data")
    }

    private func writeAnalysis(_ hdf5: borrowing HDF5Writer, software: String) throws(HDF5Error) {
        let analysis = exported.analysis
        let process = "\(path)/analysis"
        try hdf5.group(process, class: "NXprocess")
        try hdf5.text("\(process)/program", software)
        try hdf5.text("\(process)/note", "corrected = measured - shift; the data are not corrected")
        for (name, value) in [("run", exported.run), ("job", exported.job)] {
            try hdf5.text("\(process)/\(name)", value)
        }
        if let seq = exported.seq { try hdf5.integer("\(process)/seq", seq) }
        try hdf5.integer("\(process)/index", exported.index)
        for (name, value) in [
            ("shift", analysis.shiftEV), ("shift_errors", analysis.shiftSigmaEV),
            ("reference_energy", analysis.reference?.energyEV),
        ] {
            if let value { try hdf5.number("\(process)/\(name)", value, unit: "eV") }
        }
        if let line = analysis.reference?.line { try hdf5.text("\(process)/reference_line", line) }
        if let familiarity = analysis.familiarity { try hdf5.number("\(process)/familiarity", familiarity) }
        if let model = analysis.model { try hdf5.text("\(process)/model", model) }
        if let error = analysis.error { try hdf5.text("\(process)/error", error) }
        let groups = analysis.groups ?? []
        guard !groups.isEmpty else { return }
        try hdf5.texts("\(process)/group_names", groups.map(\.name))
        try hdf5.texts("\(process)/group_calls", groups.map { $0.call ?? "" })
        // NaN where the model says nothing.
        try hdf5.numbers("\(process)/group_probabilities", groups.map { $0.probability ?? .nan })
    }
}
