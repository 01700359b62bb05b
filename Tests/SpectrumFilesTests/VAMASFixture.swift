import SpectrumFiles

/// A VAMAS file put together by hand, item by item in the order of ISO 14976, to be damaged where a test wants it.
struct VAMASFixture {
    struct Block {
        var identifier = "C1s"
        var sample = "PET"
        var comment = ["measured at noon"]
        /// Number of comment lines that is declared, where it is not the true one.
        var declaredComment: Int?
        var technique = "XPS"
        var coordinates = ["1", "2"]
        var variableValues: [String] = []
        var source = "Al"
        var sourceEnergy = "1486.6"
        var species = "C"
        var transition = "1s"
        var label = "Binding Energy"
        var unit = "eV"
        var start = "280"
        var step = "0.5"
        var variables = [("counts", "d")]
        var signalMode = "pulse counting"
        var dwell = "0.2"
        var scans = "5"
        var rows: [[String]] = (0..<6).map { ["\(10 + $0)"] }
        /// Number of ordinate values that is declared, where it is not the true one.
        var declaredValues: String?
    }

    var mode = "NORM"
    var scan = "REGULAR"
    var variables: [String] = []
    var items: [Int] = []
    var excludes = false
    var blocks = [Block()]
    var declaredBlocks: String?
    var leading = ""
    var ending = "\n"
    var trailing = "end of experiment\n"

    var bytes: [UInt8] { Array(text.utf8) }

    var text: String {
        var lines = ["VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4"]
        lines += [
            "Institute", "Instrument", "Operator", "Experiment", "2", "first comment", "second comment", mode, scan,
        ]
        if ["MAP", "MAPDP", "NORM", "SDP"].contains(mode) { lines.append("1") }
        if ["MAP", "MAPDP"].contains(mode) { lines += ["1", "1", "1"] }
        lines.append("\(variables.count)")
        for variable in variables { lines += [variable, "d"] }
        lines.append("\(excludes ? -items.count : items.count)")
        lines += items.map { "\($0)" }
        lines += ["0", "0", "0", declaredBlocks ?? "\(blocks.count)"]
        for (index, block) in blocks.enumerated() { lines += self.lines(block, isFirst: index == 0) }
        return leading + lines.map { $0 + ending }.joined() + trailing
    }

    func read(_ name: String = "fixture.vms") throws(SpectrumFileError) -> SpectrumFile {
        try SpectrumFile.read(bytes, named: name)
    }

    private func lines(_ block: Block, isFirst: Bool) -> [String] {
        let maps = ["MAP", "MAPDP"].contains(mode)
        let linescans = ["MAPSV", "MAPSVDP", "SEM"].contains(mode)
        let sputters = ["MAPDP", "MAPSVDP", "SDP", "SDPSV"].contains(mode)
        let sims = ["FABMS", "ISS", "SIMS", "SNMS"].contains(block.technique)
        let numbered: [[String]] = [
            ["2026"], ["11"], ["22"], ["14"], ["0"], ["5"], ["1"],
            ["\(block.declaredComment ?? block.comment.count)"] + block.comment, [block.technique],
            maps ? block.coordinates : [], block.variableValues, [block.source],
            sputters || sims ? ["18", "1", "1"] : [], [block.sourceEnergy], ["100"], ["1E37", "1E37"],
            maps || linescans ? ["100", "100"] : [], linescans ? ["0", "0", "9", "0", "9", "9"] : [], ["54.7"], ["0"],
            ["FAT"], ["20"], block.technique == "AES diff" ? ["2"] : [], ["1"], ["4.2"], ["0"], ["1E37", "1E37"],
            ["0", "0"], [block.species], [block.transition, "-1"],
            scan == "REGULAR" ? [block.label, block.unit, block.start, block.step] : [],
            ["\(block.variables.count)"] + block.variables.flatMap { [$0.0, $0.1] }, [block.signalMode], [block.dwell],
            [block.scans], ["0"],
            sputters && ["AES dir", "UPS", "XPS"].contains(block.technique)
                ? ["3", "1", "1", "1", "0", "0", "cyclic"] : [],
            ["0", "0"], ["0"], ["1", "exponent", "d", "0.7"],
        ]
        let given = numbered.enumerated().filter { index, _ in
            isFirst || items.isEmpty || items.contains(index + 1) != excludes
        }
        var lines = [block.identifier, block.sample] + given.flatMap(\.1)
        lines.append(block.declaredValues ?? "\(block.rows.count * block.variables.count)")
        for _ in block.variables { lines += ["0", "100"] }
        return lines + block.rows.flatMap(\.self)
    }
}
