public import Foundation

/// Collects tensors and writes them as one safetensors file, replacing an older one in a single step.
public struct SafeTensorsWriter {
    private struct Object: Encodable {
        let dtype: String
        let shape: [Int]
        let offsets: [Int]

        enum CodingKeys: String, CodingKey {
            case dtype, shape
            case offsets = "data_offsets"
        }
    }

    private enum Item: Encodable {
        case tensor(Object)
        case metadata([String: String])

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .tensor(let object): try object.encode(to: encoder)
            case .metadata(let strings): try strings.encode(to: encoder)
            }
        }
    }

    private var items: [String: Item] = [:]
    private var payload = Data()

    /// A file with that metadata and no tensor yet.
    public init(metadata: [String: String] = [:]) {
        if !metadata.isEmpty { items[SafeTensorsHeader.metadataKey] = .metadata(metadata) }
    }

    /// Adds single-precision numbers.
    public mutating func add(_ name: String, shape: [Int], floats: [Float]) {
        precondition(shape.reduce(1, *) == floats.count, "\(name): the shape does not fit the numbers")
        floats.withUnsafeBytes { add(name, shape, .float32, $0) }
    }

    /// Adds bytes.
    public mutating func add(_ name: String, shape: [Int], bytes: [UInt8]) {
        precondition(shape.reduce(1, *) == bytes.count, "\(name): the shape does not fit the numbers")
        bytes.withUnsafeBytes { add(name, shape, .uint8, $0) }
    }

    private mutating func add(
        _ name: String, _ shape: [Int], _ type: SafeTensors.ElementType, _ bytes: UnsafeRawBufferPointer
    ) {
        precondition(items[name] == nil, "\(name) is in the file already")
        let start = payload.count
        payload.append(contentsOf: bytes)
        items[name] = .tensor(Object(dtype: type.rawValue, shape: shape, offsets: [start, payload.count]))
    }

    /// The file's bytes; the data start at a multiple of eight.
    public func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var header = try encoder.encode(items)
        header.append(contentsOf: [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8))
        var data = Data(capacity: 8 + header.count + payload.count)
        withUnsafeBytes(of: UInt64(header.count).littleEndian) { data.append(contentsOf: $0) }
        data.append(header)
        data.append(payload)
        return data
    }

    /// Writes the file; a reader sees the old one or the new one, never a part.
    public func write(to url: URL) throws(SafeTensorsError) {
        do {
            try encoded().write(to: url, options: .atomic)
        } catch {
            throw .unwritable(file: url.path, reason: (error as NSError).localizedDescription)
        }
    }
}
