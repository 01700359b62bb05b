public import Foundation

/// A file of named arrays with a map of strings beside them, in the safetensors format
/// (https://github.com/huggingface/safetensors): a header length in 8 bytes, a JSON header, raw little-endian data.
///
/// The format carries no code. Every size is checked against the file before a byte is used, so a malformed file is
/// refused with the reason.
public struct SafeTensors: Sendable {
    /// The element types this project writes; others may lie in a file but cannot be read out.
    public enum ElementType: String, Sendable {
        /// Single precision.
        case float32 = "F32"
        /// Bytes.
        case uint8 = "U8"
    }

    /// What the header says about one tensor.
    public struct Entry: Sendable, Equatable {
        /// The element type in the format's own letters, such as `F32`.
        public let type: String
        /// Sizes, slowest axis first.
        public let shape: [Int]
        /// Where the data lie, counted from the end of the header.
        public let bytes: Range<Int>

        /// Elements, the product of the shape.
        public var count: Int { shape.reduce(1, *) }
    }

    /// The tensors by name.
    public let entries: [String: Entry]
    /// The header's `__metadata__`.
    public let metadata: [String: String]
    private let data: Data
    private let dataStart: Int

    /// The largest header the format allows, in bytes.
    public static let maxHeaderBytes = 100_000_000

    /// Reads a file; large ones are mapped, not loaded.
    public init(contentsOf url: URL) throws(SafeTensorsError) {
        let data: Data
        do {
            data = try Data(contentsOf: url, options: .mappedIfSafe)
        } catch {
            // Foundation has no words for a folder.
            let isFolder = (try? url.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true
            let reason = isFolder ? "It is a folder." : (error as NSError).localizedDescription
            throw .unreadable(file: url.path, reason: reason)
        }
        try self.init(data: data)
    }

    /// Reads a file's bytes.
    public init(data: Data) throws(SafeTensorsError) {
        let bytes = data.count
        guard bytes >= 8 else { throw .malformed(reason: "\(bytes) bytes are too few for a header length") }
        let length = data.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self).littleEndian }
        guard length <= UInt64(Self.maxHeaderBytes), Int(length) <= bytes - 8 else {
            throw .malformed(reason: "a header of \(length) bytes does not fit into a file of \(bytes)")
        }
        dataStart = 8 + Int(length)
        let start = data.startIndex
        let header: SafeTensorsHeader
        do {
            header = try JSONDecoder().decode(
                SafeTensorsHeader.self, from: data[(start + 8)..<(start + 8 + Int(length))])
        } catch {
            throw .malformed(reason: "its header is not the JSON that the format asks for (\(error))")
        }
        metadata = header.metadata
        entries = try header.checkedEntries(dataBytes: bytes - dataStart)
        self.data = data
    }

    /// The single-precision numbers of a tensor, or those of `range` of its elements.
    public func floats(_ name: String, in range: Range<Int>? = nil) throws(SafeTensorsError) -> [Float] {
        let (bytes, count) = try locate(name, .float32, elementBytes: 4, range)
        return [Float](unsafeUninitializedCapacity: count) { floats, initialized in
            data.withUnsafeBytes { source in
                UnsafeMutableRawBufferPointer(floats).copyMemory(from: UnsafeRawBufferPointer(rebasing: source[bytes]))
            }
            initialized = count
        }
    }

    /// The bytes of a tensor, or those of `range` of its elements.
    public func bytes(_ name: String, in range: Range<Int>? = nil) throws(SafeTensorsError) -> [UInt8] {
        let (bytes, _) = try locate(name, .uint8, elementBytes: 1, range)
        return data.withUnsafeBytes { Array($0[bytes]) }
    }

    private func locate(
        _ name: String, _ type: ElementType, elementBytes: Int, _ range: Range<Int>?
    ) throws(SafeTensorsError) -> (bytes: Range<Int>, count: Int) {
        guard let entry = entries[name] else {
            let known = entries.keys.sorted().joined(separator: ", ")
            throw .tensor(name: name, reason: "is not in the file, which holds: \(known)")
        }
        guard entry.type == type.rawValue else {
            throw .tensor(name: name, reason: "is of type \(entry.type), \(type.rawValue) is needed")
        }
        let range = range ?? 0..<entry.count
        guard range.lowerBound >= 0, range.upperBound <= entry.count else {
            throw .tensor(name: name, reason: "has \(entry.count) elements, \(range) were asked for")
        }
        let start = dataStart + entry.bytes.lowerBound
        return (start + range.lowerBound * elementBytes..<start + range.upperBound * elementBytes, range.count)
    }
}
