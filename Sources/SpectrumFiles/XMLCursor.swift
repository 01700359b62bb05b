/// Walks over the tags and texts of an XML file, as far as instruments' exports use XML: no external entities, no
/// entities of its own, at most so deep.
///
/// It names file and line in every complaint.
struct XMLCursor {
    enum Token {
        case open(name: String, attributes: [String: String])
        case close(name: String)
        /// The bytes between two tags.
        case text(Range<Int>)
    }

    private static let deepest = 200

    let file: String
    let bytes: [UInt8]
    private var position = 0
    private var countedTo = 0
    private var countedLines = 1
    private var open: [String] = []
    /// The end of a tag that closed itself.
    private var pendingClose: String?

    init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// The line that is being read, counted from 1.
    mutating func line() -> Int {
        while countedTo < min(position, bytes.count) {
            if bytes[countedTo] == UInt8(ascii: "\n") { countedLines += 1 }
            countedTo += 1
        }
        return countedLines
    }

    mutating func error(_ reason: String) -> SpectrumFileError {
        SpectrumFileError(file: file, line: line(), reason: reason)
    }

    /// The next tag or text; nil at the end of the file, where every tag must be closed.
    mutating func next() throws(SpectrumFileError) -> Token? {
        if let name = pendingClose {
            pendingClose = nil
            open.removeLast()
            return .close(name: name)
        }
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "<") else { return .text(takeText()) }
            if follows("<!--") {
                try skip(past: "-->", "a comment")
            } else if follows("<?") {
                try skip(past: "?>", "a processing instruction")
            } else if follows("<![CDATA[") {
                let start = position + 9
                try skip(past: "]]>", "a CDATA section")
                return .text(start..<position - 3)
            } else if follows("<!") {
                try skipDeclaration()
            } else if follows("</") {
                return try takeClose()
            } else {
                return try takeOpen()
            }
        }
        guard open.isEmpty else {
            throw error("the file ends inside <\(open.joined(separator: "> <").suffix(120))>; it is cut off")
        }
        return nil
    }

    /// Passes over what is inside the tag that was opened last, its end included.
    mutating func skipElement() throws(SpectrumFileError) {
        var depth = 1
        while depth > 0 {
            guard let token = try next() else { return }
            switch token {
            case .open: depth += 1
            case .close: depth -= 1
            case .text: break
            }
        }
    }

    /// The text inside the tag that was opened last, up to its end; tags inside it are passed over.
    mutating func content() throws(SpectrumFileError) -> String {
        var text = ""
        var depth = 1
        while depth > 0, let token = try next() {
            switch token {
            case .open: depth += 1
            case .close: depth -= 1
            case .text(let range): text += string(range)
            }
        }
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Text with the five entities of XML and numbered characters put in.
    func string(_ range: Range<Int>) -> String {
        let raw =
            String(validating: bytes[range], as: UTF8.self)
            ?? String(bytes[range].map { Character(Unicode.Scalar($0)) })
        guard raw.contains("&") else { return raw }
        var text = ""
        var rest = raw[...]
        while let start = rest.firstIndex(of: "&") {
            text += rest[..<start]
            rest = rest[start...]
            guard let end = rest.prefix(12).firstIndex(of: ";"), let character = Self.entity(rest[..<end].dropFirst())
            else {
                text += "&"
                rest = rest.dropFirst()
                continue
            }
            text.append(character)
            rest = rest[rest.index(after: end)...]
        }
        return text + rest
    }

    private static func entity(_ name: Substring) -> Character? {
        switch name {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default:
            guard name.hasPrefix("#") else { return nil }
            let number = name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst())
            return number.flatMap(Unicode.Scalar.init).map { Character($0) }
        }
    }

    private mutating func takeText() -> Range<Int> {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") { position += 1 }
        return start..<position
    }

    private mutating func takeClose() throws(SpectrumFileError) -> Token {
        position += 2
        let name = takeName()
        skipBlanks()
        guard position < bytes.count, bytes[position] == UInt8(ascii: ">") else {
            throw error("the tag </\(name) has no end")
        }
        position += 1
        guard open.last == name else {
            throw error("</\(name)> closes <\(open.last ?? "")>; the file is damaged")
        }
        open.removeLast()
        return .close(name: name)
    }

    private mutating func takeOpen() throws(SpectrumFileError) -> Token {
        position += 1
        let name = takeName()
        guard !name.isEmpty else { throw error("a tag without a name; the file is damaged") }
        var attributes: [String: String] = [:]
        while true {
            skipBlanks()
            guard position < bytes.count else { throw error("the file ends inside the tag <\(name)>; it is cut off") }
            if bytes[position] == UInt8(ascii: ">") {
                position += 1
                break
            }
            if follows("/>") {
                position += 2
                pendingClose = name
                break
            }
            let key = takeName()
            skipBlanks()
            guard !key.isEmpty, position < bytes.count, bytes[position] == UInt8(ascii: "=") else {
                throw error("the attributes of <\(name)> are damaged")
            }
            position += 1
            skipBlanks()
            guard position < bytes.count, [UInt8(ascii: "\""), UInt8(ascii: "'")].contains(bytes[position]) else {
                throw error("the attribute \(key) of <\(name)> has no value in quotes")
            }
            let quote = bytes[position]
            let start = position + 1
            position = start
            while position < bytes.count, bytes[position] != quote { position += 1 }
            guard position < bytes.count else {
                throw error("the attribute \(key) of <\(name)> has no end; the file is cut off")
            }
            attributes[key] = string(start..<position)
            position += 1
        }
        guard open.count < Self.deepest else { throw error("tags are nested more than \(Self.deepest) deep") }
        open.append(name)
        return .open(name: name, attributes: attributes)
    }

    private mutating func takeName() -> String {
        let start = position
        while position < bytes.count, !Self.endsName(bytes[position]) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        byte <= 0x20 || [UInt8(ascii: ">"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "<")].contains(byte)
    }

    private mutating func skipBlanks() {
        while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
    }

    private func follows(_ text: StaticString) -> Bool {
        guard bytes.count - position >= text.utf8CodeUnitCount else { return false }
        return (0..<text.utf8CodeUnitCount).allSatisfy { bytes[position + $0] == text.utf8Start[$0] }
    }

    private mutating func skip(past end: StaticString, _ what: String) throws(SpectrumFileError) {
        let start = position
        while position < bytes.count, !follows(end) { position += 1 }
        guard position < bytes.count else {
            position = start
            throw error("\(what) begins here and has no end; the file is cut off")
        }
        position += end.utf8CodeUnitCount
    }

    /// Passes over a document type with its declarations in brackets.
    private mutating func skipDeclaration() throws(SpectrumFileError) {
        let start = position
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ">") where depth <= 0:
                position += 1
                return
            default: break
            }
            position += 1
        }
        position = start
        throw error("a declaration begins here and has no end; the file is cut off")
    }
}
