import ClusterProtocol
import Foundation

/// A golden vector of `protocols/vectors`: a message as frames, and what is to be made of it.
struct Vector: Sendable, CustomStringConvertible {
    struct Expectation {
        var code: Int
        var field: String?
        var echo: [String: Any]?
    }

    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appendingPathComponent("../../protocols/vectors").standardized

    let name: String
    private let json: Data

    var description: String { name }

    init(_ name: String) throws {
        self.name = name
        json = try Data(contentsOf: Self.folder.appendingPathComponent("\(name).json"))
    }

    static func all() throws -> [Vector] {
        let index = try JSONSerialization.jsonObject(
            with: Data(contentsOf: folder.appendingPathComponent("index.json")))
        let names = (index as? [String: Any])?["vectors"] as? [String] ?? []
        return try names.map(Vector.init)
    }

    var members: [String: Any] {
        (try? JSONSerialization.jsonObject(with: json)) as? [String: Any] ?? [:]
    }

    var socket: SocketRole? { SocketRole.allCases.first { $0.name == members["socket"] as? String } }
    var sender: String { members["from"] as? String ?? "" }
    var envelope: Int? { members["envelope"] as? Int }
    var isCanonical: Bool { members["canonical"] as? Bool ?? false }
    var lines: Int? { members["lines"] as? Int }
    var isRefused: Bool { members["expect"] != nil }

    var expectation: Expectation? {
        guard let expect = members["expect"] as? [String: Any] else { return nil }
        return Expectation(
            code: expect["code"] as? Int ?? 0, field: expect["field"] as? String,
            echo: expect["echo"] as? [String: Any])
    }

    var frames: [[UInt8]] {
        (members["frames"] as? [[String: Any]] ?? []).map { frame in
            if let text = frame["text"] as? String {
                return Array(text.utf8) + [UInt8](repeating: 0x20, count: frame["spaces"] as? Int ?? 0)
            }
            let bytes = [UInt8](hex: frame["hex"] as? String ?? "")
            let times = frame["repeat"] as? Int ?? 1
            return times == 1 ? bytes : Array(repeatElement(bytes, count: times).joined())
        }
    }
}

extension [UInt8] {
    init(hex: String) {
        let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        self = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// Whether both are the same JSON, whatever the order of keys and the spelling of numbers.
    func isSameJSON(as other: [UInt8]) -> Bool {
        let left = try? JSONSerialization.jsonObject(with: Data(self)) as? NSDictionary
        let right = try? JSONSerialization.jsonObject(with: Data(other)) as? NSDictionary
        guard let left, let right else { return false }
        return left.isEqual(right)
    }
}

/// Byte views of arrays of frames, for as long as `body` runs.
func withViews<Result>(_ frames: [[UInt8]], _ body: ([UnsafeRawBufferPointer]) throws -> Result) rethrows -> Result {
    let views = frames.map { frame in
        let view = UnsafeMutableRawBufferPointer.allocate(byteCount: frame.count, alignment: 1)
        view.copyBytes(from: frame)
        return view
    }
    defer { views.forEach { $0.deallocate() } }
    return try body(views.map { UnsafeRawBufferPointer($0) })
}
