/// One block of a VAMAS file: its items 1 to 40 as far as spectra need them, and its values.
struct VAMASBlock {
    /// A quantity that has one value per point.
    struct Variable {
        var label: String
        var unit: String
        var values: [Double] = []
    }

    /// The techniques of ISO 14976.
    static let techniques: Set<String> = [
        "AES diff", "AES dir", "EDX", "ELS", "FABMS", "FABMS energy spec", "ISS", "SIMS", "SIMS energy spec", "SNMS",
        "SNMS energy spec", "UPS", "XPS", "XRF",
    ]
    private static let sputteringTechniques: Set<String> = [
        "FABMS", "FABMS energy spec", "ISS", "SIMS", "SIMS energy spec", "SNMS", "SNMS energy spec",
    ]
    private static let sputteredTechniques: Set<String> = [
        "AES diff", "AES dir", "EDX", "ELS", "UPS", "XPS", "XRF",
    ]
    /// "Not given" is written 1E37; anything as large is meant so.
    static let notGiven = 0.99e37
    /// How far beyond a wrong number of comment lines the technique is looked for.
    private static let resynchronisationLines = 1000
    private static let resynchronisationAttempts = 16

    /// Number in the file, counted from 1.
    var number = 1
    var identifier = ""
    var sample = ""
    /// Year, month, day, hour, minute, second, hours in advance of Greenwich.
    var date: [Double] = []
    var technique = ""
    var coordinates: [Double] = []
    var variableValues: [String] = []
    var sourceLabel = ""
    var sourceEnergyEV: Double?
    var analyserMode = ""
    var passEnergyEV: Double?
    var workFunctionEV: Double?
    var species = ""
    var transition = ""
    var abscissaLabel = ""
    var abscissaUnit = ""
    var abscissaStart = 0.0
    var abscissaStep = 0.0
    var variables: [Variable] = []
    var signalMode = ""
    var collectionTimeS: Double?
    var scans: Double?
    /// Additional numerical parameters by label.
    var parameters: [String: Double] = [:]
    /// The line of the first value.
    var firstValueLine = 0

    /// Reads a block; what the header leaves out of it is taken from the file's first.
    static func read(
        _ cursor: inout LineCursor, number: Int, header: VAMASHeader, first: VAMASBlock?, notices: inout [String]
    ) throws(SpectrumFileError) -> VAMASBlock {
        cursor.context = "block \(number)"
        var block = first ?? VAMASBlock()
        block.number = number
        let given = first == nil ? [Bool](repeating: true, count: 41) : header.given
        block.identifier = try cursor.text("the block identifier")
        block.sample = try cursor.text("the sample identifier")
        cursor.context = "block \(number) (\(block.identifier))"
        if first == nil { block.date = [Double](repeating: notGiven, count: 7) }
        for item in 1...7 where given[item] { block.date[item - 1] = try cursor.number("the date") }
        guard given[8] else {
            try block.readItems(&cursor, header: header, given: given)
            return block
        }
        let declared = try cursor.count("the number of comment lines", in: 0...VAMASHeader.countLimit)
        let comment = cursor
        let failure: SpectrumFileError
        do {
            try cursor.skip(declared, "a comment line")
            try block.readItems(&cursor, header: header, given: given)
            return block
        } catch {
            failure = error
        }
        guard given[9], !Self.techniqueFollows(comment, lines: declared) else { throw failure }
        guard let found = block.resynchronise(from: comment, header: header, given: given) else { throw failure }
        notices.append(
            "line \(comment.line): block \(number) (\(block.identifier)) declares \(declared) comment lines but has "
                + "\(found.lines); read on from the technique behind them")
        cursor = found.cursor
        return found.block
    }

    private static func techniqueFollows(_ comment: LineCursor, lines: Int) -> Bool {
        var ahead = comment
        for _ in 0..<lines where ahead.next() == nil { return false }
        guard let range = ahead.next() else { return false }
        return techniques.contains(ahead.string(range))
    }

    /// Looks for the technique that ends a comment whose declared number of lines is wrong: CasaXPS keeps comments of
    /// several lines without counting them.
    private func resynchronise(
        from comment: LineCursor, header: VAMASHeader, given: [Bool]
    ) -> (block: VAMASBlock, cursor: LineCursor, lines: Int)? {
        var ahead = comment
        var attempts = 0
        for lines in 0..<Self.resynchronisationLines {
            var candidate = ahead
            guard let range = ahead.next() else { return nil }
            guard Self.techniques.contains(ahead.string(range)) else { continue }
            var block = self
            if (try? block.readItems(&candidate, header: header, given: given)) != nil {
                return (block, candidate, lines)
            }
            attempts += 1
            guard attempts < Self.resynchronisationAttempts else { return nil }
        }
        return nil
    }

    /// Reads items 9 to 40 and the values.
    private mutating func readItems(
        _ cursor: inout LineCursor, header: VAMASHeader, given: [Bool]
    ) throws(SpectrumFileError) {
        let mode = header.experimentMode
        if given[9] { try readTechnique(&cursor) }
        if given[10], mode.hasPositions {
            coordinates = [try cursor.number("the x coordinate"), try cursor.number("the y coordinate")]
        }
        if given[11] {
            variableValues = []
            for label in header.variables { variableValues.append(try cursor.text("the value of \(label)")) }
        }
        if given[12] { sourceLabel = try cursor.text("the analysis source label") }
        if given[13], mode.hasSputtering || Self.sputteringTechniques.contains(technique) {
            try cursor.skip(3, "a property of the sputtering ion")
        }
        if given[14] { sourceEnergyEV = try cursor.optional("the analysis source's characteristic energy") }
        if given[15] { _ = try cursor.optional("the analysis source's strength") }
        if given[16] { try cursor.skipNumbers(2, "the analysis source's beam width") }
        if given[17], mode.hasFieldOfView { try cursor.skipNumbers(2, "the field of view") }
        if given[18], mode.hasLinescan { try cursor.skipNumbers(6, "a linescan coordinate") }
        if given[19] { _ = try cursor.optional("the source's polar angle of incidence") }
        if given[20] { _ = try cursor.optional("the source's azimuth") }
        if given[21] { analyserMode = try cursor.text("the analyser mode") }
        if given[22] { passEnergyEV = try cursor.optional("the pass energy") }
        if given[23], technique == "AES diff" { _ = try cursor.optional("the differential width") }
        if given[24] { _ = try cursor.optional("the transfer lens's magnification") }
        if given[25] { workFunctionEV = try cursor.optional("the analyser's work function") }
        if given[26] { _ = try cursor.optional("the target bias") }
        if given[27] { try cursor.skipNumbers(2, "the analysis width") }
        if given[28] { try cursor.skipNumbers(2, "the analyser's take-off angles") }
        if given[29] { species = try cursor.text("the species label") }
        if given[30] {
            transition = try cursor.text("the transition label")
            _ = try cursor.optional("the charge of the detected particle")
        }
        if given[31], header.scanMode == .regular {
            abscissaLabel = try cursor.text("the abscissa label")
            abscissaUnit = try cursor.text("the abscissa unit")
            abscissaStart = try cursor.number("the abscissa start")
            abscissaStep = try cursor.number("the abscissa increment")
        }
        if given[32] { try readVariables(&cursor) }
        if given[33] { signalMode = try cursor.text("the signal mode") }
        if given[34] { collectionTimeS = try cursor.optional("the signal collection time") }
        if given[35] { scans = try cursor.optional("the number of scans") }
        if given[36] { _ = try cursor.optional("the signal time correction") }
        if given[37], mode.hasSputtering, Self.sputteredTechniques.contains(technique) {
            try cursor.skip(7, "a property of the sputtering source")
        }
        if given[38] { try cursor.skipNumbers(2, "the sample normal's angles") }
        if given[39] { _ = try cursor.optional("the sample's rotation") }
        if given[40] { try readParameters(&cursor) }
        try cursor.skip(header.futureBlockEntries, "a future upgrade block entry")
        try readValues(&cursor)
    }

    private mutating func readTechnique(_ cursor: inout LineCursor) throws(SpectrumFileError) {
        technique = try cursor.text("the technique")
        guard Self.techniques.contains(technique) else {
            throw cursor.error(
                "the technique should follow the comment, but here is \"\(technique.prefix(60))\"; the declared "
                    + "number of comment lines is probably wrong")
        }
    }

    private mutating func readVariables(_ cursor: inout LineCursor) throws(SpectrumFileError) {
        variables = []
        for _ in 0..<(try cursor.count("the number of corresponding variables", in: 1...1000)) {
            let label = try cursor.text("a corresponding variable's label")
            variables.append(Variable(label: label, unit: try cursor.text("a corresponding variable's unit")))
        }
    }

    private mutating func readParameters(_ cursor: inout LineCursor) throws(SpectrumFileError) {
        parameters = [:]
        for _ in 0..<(try cursor.count("the number of additional numerical parameters", in: 0...10_000)) {
            let label = try cursor.text("an additional parameter's label")
            _ = try cursor.text("an additional parameter's unit")
            parameters[label] = try cursor.optional("an additional parameter's value")
        }
    }

    /// Reads the ordinates: point by point, the variables interleaved.
    private mutating func readValues(_ cursor: inout LineCursor) throws(SpectrumFileError) {
        let count = try cursor.count("the number of ordinate values", in: 0...Int(Int32.max))
        // A value takes a digit and a line end; a larger count is no reason to ask for memory. The last may lack its end.
        guard count <= (cursor.remaining + 1) / 2 else {
            throw cursor.error("declares \(count) ordinate values, but only \(cursor.remaining) bytes follow")
        }
        guard count % variables.count == 0 else {
            throw cursor.error("\(count) ordinate values cannot be shared by \(variables.count) variables")
        }
        try cursor.skipNumbers(2 * variables.count, "the smallest or largest ordinate")
        firstValueLine = cursor.line + 1
        for index in variables.indices {
            variables[index].values = []
            variables[index].values.reserveCapacity(count / variables.count)
        }
        for _ in 0..<(count / variables.count) {
            for index in variables.indices {
                variables[index].values.append(try cursor.number("an ordinate value"))
            }
        }
    }
}

extension LineCursor {
    /// The next line's number, or nil where it is written as not given: 1E37, or nothing at all.
    fileprivate mutating func optional(_ what: String) throws(SpectrumFileError) -> Double? {
        var ahead = self
        if let range = ahead.next(), range.isEmpty {
            self = ahead
            return nil
        }
        let value = try number(what)
        return value < VAMASBlock.notGiven ? value : nil
    }

    fileprivate mutating func skipNumbers(_ count: Int, _ what: String) throws(SpectrumFileError) {
        for _ in 0..<count { _ = try optional(what) }
    }
}
