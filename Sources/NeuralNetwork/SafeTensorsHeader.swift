import Foundation

/// The JSON header of a safetensors file: `__metadata__` and one object per tensor.
struct SafeTensorsHeader: Decodable {
    struct Object: Decodable {
        let dtype: String
        let shape: [Int]
        let offsets: [Int]

        enum CodingKeys: String, CodingKey {
            case dtype, shape
            case offsets = "data_offsets"
        }
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { return nil }
    }

    static let metadataKey = "__metadata__"

    /// Bits of one element of each type that the format knows.
    private static let elementBits: [String: Int] = [
        "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16,
        "I32": 32, "U32": 32, "F32": 32, "I64": 64, "U64": 64, "F64": 64,
    ]

    let metadata: [String: String]
    let objects: [String: Object]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        var metadata: [String: String] = [:]
        var objects: [String: Object] = [:]
        for key in container.allKeys {
            if key.stringValue == Self.metadataKey {
                metadata = try container.decode([String: String].self, forKey: key)
            } else {
                objects[key.stringValue] = try container.decode(Object.self, forKey: key)
            }
        }
        self.metadata = metadata
        self.objects = objects
    }

    /// The entries, once each fits its own range and the ranges cover the data without gap or overlap.
    func checkedEntries(dataBytes: Int) throws(SafeTensorsError) -> [String: SafeTensors.Entry] {
        var entries: [String: SafeTensors.Entry] = [:]
        for (name, object) in objects {
            entries[name] = try Self.check(name, object, dataBytes: dataBytes)
        }
        var end = 0
        for (name, entry) in entries.sorted(by: {
            ($0.value.bytes.lowerBound, $0.value.bytes.upperBound, $0.key)
                < ($1.value.bytes.lowerBound, $1.value.bytes.upperBound, $1.key)
        }) {
            guard entry.bytes.lowerBound == end else {
                throw .tensor(
                    name: name, reason: "starts at byte \(entry.bytes.lowerBound), the one before ends at \(end)")
            }
            end = entry.bytes.upperBound
        }
        guard end == dataBytes else {
            throw .malformed(reason: "its tensors take \(end) bytes, the file holds \(dataBytes)")
        }
        return entries
    }

    private static func check(
        _ name: String, _ object: Object, dataBytes: Int
    ) throws(SafeTensorsError) -> SafeTensors.Entry {
        guard let bits = elementBits[object.dtype] else {
            throw .tensor(name: name, reason: "has the unknown type \(object.dtype)")
        }
        guard object.offsets.count == 2, object.offsets[0] >= 0, object.offsets[0] <= object.offsets[1],
            object.offsets[1] <= dataBytes
        else {
            throw .tensor(
                name: name, reason: "has data_offsets \(object.offsets), the file holds \(dataBytes) bytes of data")
        }
        var size = bits / 8
        for extent in object.shape {
            let (product, overflow) = size.multipliedReportingOverflow(by: extent)
            guard extent >= 0, !overflow else {
                throw .tensor(name: name, reason: "has the impossible shape \(object.shape)")
            }
            size = product
        }
        let bytes = object.offsets[0]..<object.offsets[1]
        guard size == bytes.count else {
            throw .tensor(
                name: name,
                reason: "of shape \(object.shape) and type \(object.dtype) takes \(size) bytes, not \(bytes.count)")
        }
        return SafeTensors.Entry(type: object.dtype, shape: object.shape, bytes: bytes)
    }
}
