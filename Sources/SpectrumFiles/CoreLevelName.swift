import Spectroscopy

/// The names of core levels, as instruments and users write them.
enum CoreLevelName {
    /// A line that is measured lies at least this far from the window's ends: charging moves it, its background needs
    /// room.
    private static let marginEV = 3.0

    /// The name in the field's spelling (`C1s` becomes `C 1s`, PHI's `Sn3d5` becomes `Sn 3d`, its `Su1s` a survey); a
    /// name that is no core level alone stays as it is.
    static func canonical(_ name: String) -> String {
        let name = name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if name.lowercased() == "su1s" { return "Survey" }
        if let line = PhotoelectronLine(name), isAlone(line, in: name) { return line.description }
        // PHI names a doublet by its stronger member: 3d5 is 3d5/2.
        let compact = name.filter { $0 != " " }
        if let last = compact.last, "1357".contains(last), let line = PhotoelectronLine(String(compact.dropLast())),
            line.member == nil, isAlone(line, in: String(compact.dropLast()))
        {
            return line.description
        }
        return name
    }

    /// The only line that a window of a polymer's spectrum can have been recorded for; nil where there are several, or
    /// none.
    static func measured(in bindingEV: ClosedRange<Double>) -> String? {
        guard bindingEV.upperBound - bindingEV.lowerBound <= RegionSettings.coreLevelSpanEV else { return nil }
        let table = CrossSectionTable.standard
        var found: [PhotoelectronLine] = []
        for element in QuantificationOptions.polymerElements {
            // The strongest line is the one that is measured; weaker ones in the same window are its company.
            let lines = table.lines(of: element)
            let strength = { table.kilobarn(of: $0, photonEnergyEV: CrossSectionTable.aluminiumEV) ?? 0 }
            guard let line = lines.max(by: { strength($0) < strength($1) }) else { continue }
            let energiesEV = table.bindingEnergiesEV(of: line)
            if energiesEV.lowerBound >= bindingEV.lowerBound + marginEV,
                energiesEV.upperBound <= bindingEV.upperBound - marginEV
            {
                found.append(line)
            }
        }
        return found.count == 1 ? found.first?.description : nil
    }

    /// The name that a file's own name begins with, as in `C1s_sample.csv` or `PET O 1s.txt`, where the window bears it
    /// out.
    static func inFileName(_ stem: String, bindingEV: ClosedRange<Double>) -> String? {
        let words = stem.split { !$0.isLetter && !$0.isNumber && $0 != "/" }.map(String.init)
        var found: Set<String> = []
        for index in words.indices {
            let pair = index + 1 < words.count ? words[index] + " " + words[index + 1] : ""
            for text in [words[index], pair] where !text.isEmpty {
                guard let line = PhotoelectronLine(text), isAlone(line, in: text) else { continue }
                let energiesEV = CrossSectionTable.standard.bindingEnergiesEV(of: line)
                if energiesEV.overlaps(bindingEV) { found.insert(line.description) }
            }
        }
        return found.count == 1 ? found.first : nil
    }

    private static func isAlone(_ line: PhotoelectronLine, in name: String) -> Bool {
        let plain = { (text: String) in text.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "/" } }
        return plain(line.description) == plain(name)
    }
}
