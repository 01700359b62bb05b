import Glibc

extension Frame: Hashable {
    /// Compares the bytes.
    public static func == (left: Frame, right: Frame) -> Bool {
        guard left !== right else { return true }
        guard left.count == right.count else { return false }
        guard let leftBase = left.base, let rightBase = right.base else { return true }
        return memcmp(leftBase, rightBase, left.count) == 0
    }

    /// Hashes the bytes, so that a routing id can key a dictionary.
    public func hash(into hasher: inout Hasher) {
        withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}

extension Frame: CustomStringConvertible {
    /// The text of the frame, or nil when its bytes are not valid UTF-8.
    public var string: String? {
        withUnsafeBytes { String(validating: $0, as: UTF8.self) }
    }

    /// A short text for logs: never the content, which may be large and is the user's.
    public var description: String { "Frame(\(count) bytes)" }
}

extension Array where Element == UInt8 {
    /// Copies the bytes of a frame.
    public init(_ frame: Frame) {
        self = frame.withUnsafeBytes { Array($0) }
    }
}
