/// What a VAMAS file (ISO 14976) says about all of its blocks.
struct VAMASHeader {
    /// What was varied, which decides the items that a block has.
    enum ExperimentMode: String {
        case map = "MAP"
        case mapDepthProfile = "MAPDP"
        case mapSingleValue = "MAPSV"
        case mapSingleValueDepthProfile = "MAPSVDP"
        case normal = "NORM"
        case sputterDepthProfile = "SDP"
        case sputterDepthProfileSingleValue = "SDPSV"
        case scanningElectronMicroscopy = "SEM"
        case none = "NOEXP"

        var hasRegionCount: Bool {
            switch self {
            case .map, .mapDepthProfile, .normal, .sputterDepthProfile: true
            default: false
            }
        }

        var hasPositions: Bool { self == .map || self == .mapDepthProfile }

        var hasSputtering: Bool {
            switch self {
            case .mapDepthProfile, .mapSingleValueDepthProfile, .sputterDepthProfile, .sputterDepthProfileSingleValue:
                true
            default: false
            }
        }

        var hasLinescan: Bool {
            self == .mapSingleValue || self == .mapSingleValueDepthProfile || self == .scanningElectronMicroscopy
        }

        var hasFieldOfView: Bool { hasPositions || hasLinescan }
    }

    /// How the ordinate values of a block are laid out.
    enum ScanMode: String {
        case regular = "REGULAR"
        case irregular = "IRREGULAR"
        case mapping = "MAPPING"
    }

    /// First line of every VAMAS file.
    static let identifier = "VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4"
    /// No file is larger than this many blocks, variables or list entries.
    static let countLimit = 1_000_000

    var institution = ""
    var instrument = ""
    var operatorName = ""
    var experiment = ""
    var experimentMode = ExperimentMode.normal
    var scanMode = ScanMode.regular
    /// Labels of the experimental variables, whose values each block has.
    var variables: [String] = []
    /// Which of a block's items 1...40 are given in every block; the first block has them all.
    var given = [Bool](repeating: true, count: 41)
    var futureBlockEntries = 0
    var blockCount = 0

    /// Reads the header; the cursor must stand at the file's start.
    init(_ cursor: inout LineCursor) throws(SpectrumFileError) {
        try Self.findIdentifier(&cursor)
        institution = try cursor.text("the institution")
        instrument = try cursor.text("the instrument model")
        operatorName = try cursor.text("the operator")
        experiment = try cursor.text("the experiment")
        try readComment(&cursor)
        if experimentMode.hasRegionCount {
            _ = try cursor.number("the number of spectral regions")
        }
        if experimentMode.hasPositions {
            _ = try cursor.number("the number of analysis positions")
            _ = try cursor.number("the number of x coordinates")
            _ = try cursor.number("the number of y coordinates")
        }
        for _ in 0..<(try cursor.count("the number of experimental variables", in: 0...1000)) {
            let label = try cursor.text("an experimental variable's label")
            _ = try cursor.text("an experimental variable's unit")
            variables.append(label)
        }
        try readGivenItems(&cursor)
        let manual = try cursor.count("the number of manually entered items", in: 0...1000)
        try cursor.skip(manual, "a manually entered item")
        let futureExperimentEntries = try cursor.count("the number of future upgrade experiment entries", in: 0...1000)
        futureBlockEntries = try cursor.count("the number of future upgrade block entries", in: 0...1000)
        try cursor.skip(futureExperimentEntries, "a future upgrade experiment entry")
        blockCount = try cursor.count("the number of blocks", in: 0...Self.countLimit)
    }

    private static func findIdentifier(_ cursor: inout LineCursor) throws(SpectrumFileError) {
        while let range = cursor.next() {
            if range.isEmpty { continue }
            guard cursor.string(range).lowercased().hasPrefix(identifier.prefix(61).lowercased()) else {
                throw cursor.error(
                    "a VAMAS file begins with \"\(identifier)\", this one with \(cursor.quoted(range)); "
                        + "export the whole file again")
            }
            return
        }
        throw cursor.error("the file is empty")
    }

    /// Reads the comment and the two modes behind it, wherever the comment really ends.
    private mutating func readComment(_ cursor: inout LineCursor) throws(SpectrumFileError) {
        let lines = try cursor.count("the number of comment lines", in: 0...Self.countLimit)
        try cursor.skip(lines, "a comment line")
        let mode = try cursor.text("the experiment mode")
        guard let experimentMode = ExperimentMode(rawValue: mode.uppercased()) else {
            throw cursor.error(
                "the experiment mode should follow \(lines) comment lines, but here is \"\(mode.prefix(60))\"; "
                    + "the number of comment lines is wrong or the mode unknown")
        }
        let scan = try cursor.text("the scan mode")
        guard let scanMode = ScanMode(rawValue: scan.uppercased()) else {
            throw cursor.error("the scan mode is REGULAR, IRREGULAR or MAPPING, but here is \"\(scan.prefix(60))\"")
        }
        self.experimentMode = experimentMode
        self.scanMode = scanMode
    }

    private mutating func readGivenItems(_ cursor: inout LineCursor) throws(SpectrumFileError) {
        let entries = try cursor.count("the number of entries in the inclusion or exclusion list", in: -40...40)
        guard entries != 0 else { return }
        let includes = entries > 0
        given = [Bool](repeating: !includes, count: 41)
        for _ in 0..<entries.magnitude {
            given[try cursor.count("an item of the inclusion or exclusion list", in: 1...40)] = includes
        }
    }
}
