/// Formats that are recognised in order to be refused by name.
enum ForeignFormat {
    case xml
    case json
    case sqlite
    case zip
    case compoundDocument
    case binary

    /// Recognises a format by its first bytes.
    init?(_ bytes: [UInt8]) {
        func begins(_ text: String) -> Bool { bytes.starts(with: text.utf8) }
        if begins("<?xml") || bytes.starts(with: [0xEF, 0xBB, 0xBF] + Array("<?xml".utf8)) {
            self = .xml
        } else if Self.isJSON(bytes) {
            self = .json
        } else if begins("SQLite format 3") {
            self = .sqlite
        } else if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            self = .zip
        } else if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
            self = .compoundDocument
        } else if bytes.prefix(65_536).contains(0) {
            self = .binary
        } else {
            return nil
        }
    }

    /// Whether the text begins as an object, or as a list of objects, lists or words; a line such as `[Info]` does not.
    private static func isJSON(_ bytes: [UInt8]) -> Bool {
        let signs = bytes.lazy.filter { $0 > UInt8(ascii: " ") && $0 < 0x80 }.prefix(2)
        guard let first = signs.first, let second = signs.dropFirst().first else { return false }
        switch first {
        case UInt8(ascii: "{"): return "\"}".utf8.contains(second)
        case UInt8(ascii: "["): return "{[\"".utf8.contains(second)
        default: return false
        }
    }

    /// What it is, and what to export instead.
    var refusal: String {
        let instead = "is not read; export VAMAS (ISO 14976, .vms) or two-column text instead"
        return switch self {
        case .xml: "an XML file that is not SPECS SpecsLab's \(instead)"
        case .json: "a JSON file, which holds no spectrum in a known form, \(instead)"
        case .sqlite: "an SQLite file, such as SPECS Prodigy's .sle, \(instead)"
        case .zip: "a ZIP archive, such as an Excel workbook, \(instead)"
        case .compoundDocument:
            "a compound document, such as Thermo Avantage's .vgd or an old Excel workbook, \(instead)"
        case .binary: "a binary file of unknown format \(instead)"
        }
    }
}
