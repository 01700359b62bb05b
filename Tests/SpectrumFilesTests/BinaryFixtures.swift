/// Binary files of instruments, written from their formats' descriptions.
enum BinaryFixtures {
    struct Dimension {
        var count: Int
        var step: Double
        var start: Double
        var unit: String
    }

    /// An Igor binary wave of version 5 with doubles.
    static func igor5(
        _ dimensions: [Dimension], values: [Double], note: String, bigEndian: Bool = false,
        unit: String = "Counts [a.u.]"
    ) -> [UInt8] {
        var writer = Writer(bigEndian: bigEndian)
        let padded =
            dimensions
            + [Dimension](repeating: Dimension(count: 0, step: 1, start: 0, unit: ""), count: 4 - dimensions.count)
        writer.put(Int16(5))
        writer.put(Int16(0))
        writer.put(Int32(320 + 8 * values.count))
        writer.put(Int32(0))
        writer.put(Int32(note.utf8.count))
        writer.put(Int32(unit.utf8.count))
        for dimension in padded { writer.put(Int32(dimension.unit.utf8.count)) }
        writer.fill(to: 64 + 12)
        writer.put(Int32(values.count))
        writer.put(Int16(4))
        writer.fill(to: 92)
        writer.put("wave0")
        writer.fill(to: 132)
        for dimension in padded { writer.put(Int32(dimension.count)) }
        for dimension in padded { writer.put(dimension.step) }
        for dimension in padded { writer.put(dimension.start) }
        writer.fill(to: 384)
        writer.setChecksum(at: 2)
        for value in values { writer.put(value) }
        for text in [note, unit] + padded.map(\.unit) { writer.put(text) }
        return writer.bytes
    }

    /// An Igor binary wave of version 2 with single precision.
    static func igor2(count: Int, step: Double, start: Double, note: String, values: [Float]) -> [UInt8] {
        var writer = Writer(bigEndian: true)
        writer.put(Int16(2))
        writer.put(Int32(126 + 4 * count))
        writer.put(Int32(note.utf8.count))
        writer.fill(to: 16)
        writer.put(Int16(2))
        writer.fill(to: 16 + 42)
        writer.put(Int32(count))
        writer.fill(to: 16 + 48)
        writer.put(step)
        writer.put(start)
        writer.fill(to: 126)
        for value in values { writer.put(value.bitPattern) }
        writer.fill(to: writer.bytes.count + 16)
        writer.put(note)
        return writer.bytes
    }

    /// A PHI profile of two regions with `cycles` spectra each.
    static func phi(cycles: Int, ending: String = "\r\n", type: String = "f4") -> [UInt8] {
        let header = [
            "SOFH", "Technique: XPS", "FileType: DEPTHPRO", "FileDesc: (1, film)", "FileDate: 2026 11 2",
            "InstrumentModel: VersaProbe", "XraySource: Al 1486.6 mono",
            "SpectralRegDef: 1 1 C1s 6 6 -0.5000 290.0000 287.5000 289.0 288.0 0.120000 55.00 AREA",
            "SpectralRegDef: 2 1 Sn3d5 50 5 -1.0000 500.0000 496.0000 499.0 497.0 0.2 55.00 AREA", "EOFH",
        ]
        var writer = Writer(bigEndian: false)
        writer.put(header.map { $0 + ending }.joined())
        let base = writer.bytes.count
        let size = type == "f4" ? 4 : 8
        for number in [1, 3, 288, 16] { writer.put(Int32(number)) }
        var place = 304
        for (region, points) in [(1, 6), (2, 5), (0, 2)] {
            let start = writer.bytes.count
            for number in [region, 1, 1, region, 1, points, cycles, 1] { writer.put(Int32(number)) }
            writer.put(region > 0 ? "pnt" : "cyc")
            writer.fill(to: start + 40)
            writer.put("cyc")
            writer.fill(to: start + 56)
            writer.put("c/s")
            writer.fill(to: start + 72)
            writer.put(type)
            writer.fill(to: start + 76)
            writer.put(Int32(points * cycles * size))
            writer.put(Int32(place))
            writer.fill(to: start + 96)
            place += points * cycles * size
        }
        for (region, points) in [(1, 6), (2, 5), (0, 2)] {
            for index in 0..<points * cycles {
                let value = Double(1000 * region + index)
                if size == 4 { writer.put(Float(value).bitPattern) } else { writer.put(value.bitPattern) }
            }
        }
        precondition(writer.bytes.count == base + place)
        return writer.bytes
    }

    /// A SpecsLab file of one region: two channels, half a step apart from each other in steps of `delta`.
    static func specsXML(cycles: Int = 1, counts: [Int]? = nil, mode: String = "FixedAnalyzerTransmission") -> String {
        // Nominal values i with head 1 and tail 1: the first channel sees one step less, the second one more.
        let scan = counts ?? (0..<6).flatMap { index in [10 * (index - 1), 100 * (index + 1)] }
        let scans = """
            <struct type_name="ScanData"><sequence name="counts" length="\(scan.count)" type_name="CountsSeq">
            <ulong type_name="Counts">\(scan.map { "\($0)" }.joined(separator: "\n"))</ulong></sequence></struct>
            """
        let cycle = """
            <struct type_name="Cycle"><ulong name="time">1643415878</ulong><sequence name="scans" length="2"
            type_name="ScanSeq">\(scans)\(scans)</sequence></struct>
            """
        return """
            <?xml version="1.0"?>
            <!-- CORBA XML document created by XMLSerializer2 1.6 -->
            <!DOCTYPE any [ <!ELEMENT any (any|double)?> ]>
            <any version="1.6"><sequence type_name="RegionGroupSeq"><struct type_name="RegionGroup">
            <string name="name">PS &amp; PET</string><sequence name="regions" type_name="RegionDataSeq">
            <struct type_name="RegionData"><string name="name">1 C1s</string>
            <struct name="region" type_name="RegionDef"><string name="analysis_method">XPS</string>
            <struct name="scan_mode" type_name="ScanMode"><string name="name">\(mode)</string></struct>
            <ulong name="curves_per_scan">1</ulong><ulong name="values_per_curve">4</ulong>
            <double name="dwell_time">0.1</double><double name="scan_delta">0.5</double>
            <double name="excitation_energy">1253.6</double><double name="kinetic_energy">963.6</double>
            <double name="pass_energy">50</double></struct>
            <ulong name="mcd_head">1</ulong><ulong name="mcd_tail">1</ulong>
            <struct name="analyzer_info" type_name="AnalyzerInfo"><sequence name="detectors" type_name="DetectorSeq">
            <struct type_name="Detector"><double name="shift">-0.01</double><double name="gain">1</double></struct>
            <struct type_name="Detector"><double name="shift">0.01</double><double name="gain">1</double></struct>
            </sequence></struct><string name="remark"/>
            <sequence name="cycles" type_name="CycleSeq">\(String(repeating: cycle, count: cycles))</sequence>
            <sequence name="transmission" type_name="DoubleSeq"><double>2 2 2 2</double></sequence>
            </struct></sequence></struct></sequence></any>
            """
    }

    /// Bytes in one order.
    private struct Writer {
        var bytes: [UInt8] = []
        let bigEndian: Bool

        init(bigEndian: Bool) { self.bigEndian = bigEndian }

        mutating func put(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: bigEndian ? value.bigEndian : value.littleEndian) { bytes.append(contentsOf: $0) }
        }

        mutating func put(_ value: Double) { put(value.bitPattern) }

        mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }

        mutating func fill(to count: Int) {
            bytes.append(contentsOf: [UInt8](repeating: 0, count: count - bytes.count))
        }

        mutating func setChecksum(at offset: Int) {
            var sum: Int16 = 0
            for index in stride(from: 0, to: bytes.count, by: 2) {
                let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
                sum &+= Int16(bitPattern: bigEndian ? first << 8 | second : second << 8 | first)
            }
            let value = 0 &- sum
            withUnsafeBytes(of: bigEndian ? value.bigEndian : value.littleEndian) {
                bytes.replaceSubrange(offset..<offset + 2, with: $0)
            }
        }
    }
}
