/// The text formats that are read.
enum TextFormat {
    case vamas
    case ses
    case specs
    case columns

    /// Recognises a format by its first lines; by its extension only a VAMAS file that has lost its first line.
    init(_ bytes: [UInt8], name: String) {
        var cursor = LineCursor(file: name, bytes: bytes)
        var format: TextFormat?
        var lines = 0
        while format == nil, lines < 40, let range = cursor.next() {
            if range.isEmpty { continue }
            lines += 1
            let text = cursor.string(range.prefix(120)).lowercased()
            if lines == 1, text.hasPrefix("vamas") { format = .vamas }
            if lines == 1, text == "[info]" { format = .ses }
            if text.hasPrefix("#"), text.contains("specslab prodigy") || text.contains("xy-serializer") {
                format = .specs
            }
        }
        let lowered = name.lowercased()
        let isVAMAS = [".vms", ".vamas", ".npl"].contains { lowered.hasSuffix($0) }
        self = format ?? (isVAMAS ? .vamas : .columns)
    }
}
