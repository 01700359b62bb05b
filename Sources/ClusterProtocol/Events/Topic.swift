/// The first frame of an event, and what a subscription names: section 8 of the specification.
///
/// Topics end in `/`, so that a subscription to run `1` does not get run `10`.
public enum Topic: Hashable, Sendable {
    /// How far a run is.
    case progress(Name)
    /// A run's stored spectra.
    case result(Name)
    /// A run's dead letters.
    case dead(Name)
    /// A run's receipts of *ingest*.
    case ingest(Name)
    /// The cluster's pulse.
    case cluster

    /// Whether a new subscriber gets the last message of the topic at once.
    public var keepsLastValue: Bool {
        switch self {
        case .progress, .ingest, .cluster: true
        case .result, .dead: false
        }
    }

    /// The run, if the topic is of one.
    public var run: Name? {
        switch self {
        case .progress(let run), .result(let run), .dead(let run), .ingest(let run): run
        case .cluster: nil
        }
    }

    /// The topic frame.
    public var encoded: [UInt8] {
        switch self {
        case .progress(let run): Self.prefix(of: run) + "progress/".utf8
        case .result(let run): Self.prefix(of: run) + "result/".utf8
        case .dead(let run): Self.prefix(of: run) + "dead/".utf8
        case .ingest(let run): Self.prefix(of: run) + "ingest/".utf8
        case .cluster: Array("cluster/".utf8)
        }
    }

    /// What to subscribe to for everything about one run.
    public static func prefix(of run: Name) -> [UInt8] {
        var bytes = Array("run/".utf8)
        for byte in run.text.utf8 {
            if isPlain(byte) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(hexDigits[Int(byte >> 4)])
                bytes.append(hexDigits[Int(byte & 15)])
            }
        }
        bytes.append(UInt8(ascii: "/"))
        return bytes
    }

    /// Reads a topic frame; nil when it is none of ours.
    public init?(_ frame: UnsafeRawBufferPointer) {
        let parts = frame.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if parts.count == 2, parts[0].elementsEqual("cluster".utf8), parts[1].isEmpty {
            self = .cluster
            return
        }
        guard parts.count == 4, parts[0].elementsEqual("run".utf8), parts[3].isEmpty,
            let run = Self.name(parts[1])
        else { return nil }
        switch String(decoding: parts[2], as: UTF8.self) {
        case "progress": self = .progress(run)
        case "result": self = .result(run)
        case "dead": self = .dead(run)
        case "ingest": self = .ingest(run)
        default: return nil
        }
    }

    private static func name(_ encoded: Slice<UnsafeRawBufferPointer>) -> Name? {
        var bytes: [UInt8] = []
        var rest = encoded[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard let high = rest.popFirst().flatMap(JSONReader.hexDigit),
                    let low = rest.popFirst().flatMap(JSONReader.hexDigit)
                else { return nil }
                bytes.append(high << 4 | low)
            } else if isPlain(byte) {
                bytes.append(byte)
            } else {
                return nil
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        return try? Name(text, as: .run)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static let hexDigits = Array("0123456789ABCDEF".utf8)
}
