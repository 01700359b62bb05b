/// Formats that are recognised in order to be refused by name.
enum ForeignFormat {
    case igorBinary
    case phi
    case hdf5
    case specsXML
    case xml
    case sqlite
    case zip
    case compoundDocument
    case wideText
    case binary

    /// Recognises a format by its first bytes.
    init?(_ bytes: [UInt8], name: String) {
        let lowered = name.lowercased()
        func begins(_ text: String) -> Bool { bytes.starts(with: text.utf8) }
        if begins("SOFH") {
            self = .phi
        } else if bytes.starts(with: [0x89, 0x48, 0x44, 0x46]) {
            self = .hdf5
        } else if begins("<?xml") || bytes.starts(with: [0xEF, 0xBB, 0xBF] + Array("<?xml".utf8)) {
            let head = String(decoding: bytes.prefix(2000), as: UTF8.self)
            self = head.contains("CORBA") || head.contains("SpecsLab") ? .specsXML : .xml
        } else if begins("SQLite format 3") {
            self = .sqlite
        } else if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            self = .zip
        } else if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
            self = .compoundDocument
        } else if lowered.hasSuffix(".ibw"), bytes.prefix(8).contains(0) {
            self = .igorBinary
        } else if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            self = .wideText
        } else if bytes.prefix(65_536).contains(0) {
            self = .binary
        } else {
            return nil
        }
    }

    /// What it is, and what to export instead.
    var refusal: String {
        let instead = "is not read; export VAMAS (ISO 14976, .vms) or two-column text instead"
        return switch self {
        case .igorBinary: "an Igor binary wave (.ibw) \(instead), for example SES text"
        case .phi: "a PHI MultiPak file (.spe, .pro) \(instead)"
        case .hdf5: "an HDF5 or NeXus file \(instead)"
        case .specsXML: "a SPECS SpecsLab XML file \(instead)"
        case .xml: "an XML file \(instead)"
        case .sqlite: "an SQLite file, such as SPECS Prodigy's .sle, \(instead)"
        case .zip: "a ZIP archive, such as an Excel workbook, \(instead)"
        case .compoundDocument:
            "a compound document, such as Thermo Avantage's .vgd or an old Excel workbook, \(instead)"
        case .wideText: "the text is in UTF-16; save it as UTF-8 or ASCII"
        case .binary: "a binary file of unknown format \(instead)"
        }
    }
}
