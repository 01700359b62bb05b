/// The type of an array frame's elements, little-endian.
public enum Dtype: String, Sendable, CaseIterable {
    /// 32-bit float.
    case float32 = "<f4"
    /// 64-bit float.
    case float64 = "<f8"
    /// Signed 8-bit integer.
    case int8 = "|i1"
    /// Signed 16-bit integer.
    case int16 = "<i2"
    /// Signed 32-bit integer.
    case int32 = "<i4"
    /// Signed 64-bit integer.
    case int64 = "<i8"
    /// Unsigned 8-bit integer.
    case uint8 = "|u1"
    /// Unsigned 16-bit integer.
    case uint16 = "<u2"
    /// Unsigned 32-bit integer.
    case uint32 = "<u4"
    /// Unsigned 64-bit integer.
    case uint64 = "<u8"

    /// The size of one element.
    public var itemBytes: Int {
        switch self {
        case .int8, .uint8: 1
        case .int16, .uint16: 2
        case .float32, .int32, .uint32: 4
        case .float64, .int64, .uint64: 8
        }
    }

    /// numpy's name of the type.
    public var numpyName: String { "\(self)" }

    init(_ value: JSONValue) throws(ProtocolError) {
        let view = try value.view()
        // The two types of nearly every detector first.
        if view == "<f4" {
            self = .float32
        } else if view == "<f8" {
            self = .float64
        } else {
            let text = view.text
            guard let dtype = Dtype(rawValue: text) ?? Dtype.allCases.first(where: { $0.numpyName == text }) else {
                let known = Dtype.allCases.map(\.rawValue).joined(separator: " ")
                throw value.wrong("must be one of \(known) or numpy's name for it", code: .unsupportedType)
            }
            self = dtype
        }
    }
}
