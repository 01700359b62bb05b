/// A message of protocol buffers under construction (https://protobuf.dev/programming-guides/encoding).
///
/// A field is a key, its number and its wire type in one varint, followed by a varint, four bytes, or a length and as
/// many bytes: all that ONNX's schema asks for.
struct ONNXMessage {
    private enum WireType: UInt64 {
        case varint = 0
        case lengthDelimited = 2
        case fixed32 = 5
    }

    /// The message as it lies in a file.
    private(set) var bytes: [UInt8] = []

    /// An empty message.
    init() {}

    /// The message that a closure writes.
    init(_ write: (inout ONNXMessage) -> Void) {
        write(&self)
    }

    /// An `int32`, `int64` or `enum` field; negative numbers take ten bytes.
    mutating func integer(_ field: Int, _ value: Int) {
        key(field, .varint)
        varint(UInt64(bitPattern: Int64(value)))
    }

    /// A `float` field.
    mutating func float(_ field: Int, _ value: Float) {
        key(field, .fixed32)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// A `string` field.
    mutating func string(_ field: Int, _ value: String) {
        lengthDelimited(field, Array(value.utf8))
    }

    /// A `bytes` field, or a message that is already written.
    mutating func lengthDelimited(_ field: Int, _ value: [UInt8]) {
        key(field, .lengthDelimited)
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    /// A field that is a message of its own.
    mutating func message(_ field: Int, _ write: (inout ONNXMessage) -> Void) {
        lengthDelimited(field, ONNXMessage(write).bytes)
    }

    private mutating func key(_ field: Int, _ type: WireType) {
        varint(UInt64(field) << 3 | type.rawValue)
    }

    /// Seven bits a byte, the lowest first, the top bit set on all but the last.
    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
