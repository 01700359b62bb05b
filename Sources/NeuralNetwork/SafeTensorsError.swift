/// Why a safetensors file could not be read or written, in words that name the file or the tensor.
public enum SafeTensorsError: Error, Equatable, CustomStringConvertible {
    /// The file could not be opened or read.
    case unreadable(file: String, reason: String)
    /// The file could not be written.
    case unwritable(file: String, reason: String)
    /// The bytes are no safetensors file.
    case malformed(reason: String)
    /// One tensor's entry is wrong.
    case tensor(name: String, reason: String)

    /// One sentence for a person.
    public var description: String {
        switch self {
        case .unreadable(let file, let reason): "cannot read \(file): \(reason)"
        case .unwritable(let file, let reason): "cannot write \(file): \(reason)"
        case .malformed(let reason): "not a valid safetensors file: \(reason)"
        case .tensor(let name, let reason): "tensor \(name): \(reason)"
        }
    }
}
