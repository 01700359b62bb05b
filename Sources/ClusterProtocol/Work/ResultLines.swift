/// The result lines of a job: one JSON object for each spectrum in stack order, joined by line feeds.
///
/// A line feed at the very end is allowed. Valid as long as the frame it was made from.
public struct ResultLines {
    private let frame: UnsafeRawBufferPointer
    /// Where each line stands in the frame.
    public private(set) var ranges: [Range<Int>] = []

    /// Splits a frame into lines, without a look inside them.
    public init(_ frame: UnsafeRawBufferPointer) {
        self.frame = frame
        var start = 0
        while start < frame.count {
            let end = frame[start...].firstIndex(of: UInt8(ascii: "\n")) ?? frame.count
            ranges.append(start..<end)
            start = end + 1
        }
    }

    /// Splits a worker's frame and checks that it holds one JSON object for each of `spectra` spectra.
    public init(_ frame: UnsafeRawBufferPointer, spectra: Int) throws(ProtocolError) {
        self.init(frame)
        guard ranges.count == spectra else {
            throw ProtocolError(
                .unprocessable, "There are \(ranges.count) result lines, and the job has \(spectra) spectra.",
                field: "spectra")
        }
        for (index, line) in ranges.enumerated() {
            do throws(ProtocolError) {
                _ = try JSONObject(UnsafeRawBufferPointer(rebasing: frame[line]), maxBytes: .max)
            } catch {
                throw ProtocolError(.malformed, "Result line \(index): \(error.message)")
            }
        }
    }

    /// The number of lines.
    public var count: Int { ranges.count }

    /// The bytes of a line.
    public subscript(_ index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: frame[ranges[index]])
    }

    /// Why the spectrum of a line failed, nil where it did not.
    public func error(at index: Int) -> String? {
        guard let object = try? JSONObject(self[index], maxBytes: .max) else { return nil }
        return try? object.value("error")?.string()
    }

    /// The line of a spectrum that failed inside its stack.
    public static func failed(_ error: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("error", error)
        writer.endObject()
        return writer.bytes
    }

    /// Joins lines to a frame.
    public static func frame(_ lines: [[UInt8]]) -> [UInt8] {
        Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }
}
