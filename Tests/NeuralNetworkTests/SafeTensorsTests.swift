import Foundation
import NeuralNetwork
import Testing

@Suite struct SafeTensorsTests {
    /// A file with that header and that many bytes of data.
    func file(_ header: String, dataBytes: Int = 0) -> Data {
        var data = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
        data.append(contentsOf: header.utf8)
        data.append(Data(repeating: 0, count: dataBytes))
        return data
    }

    @Test func roundTrip() throws {
        var writer = SafeTensorsWriter(metadata: ["a": "x\n\"y\" ⟨ü⟩", "b": ""])
        writer.add("w", shape: [2, 3], floats: [1, -2, 3.5, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -0.0])
        writer.add("labels/odd name", shape: [5], bytes: [0, 1, 2, 254, 255])
        writer.add("none", shape: [0, 4], floats: [])
        writer.add("scalar", shape: [], floats: [7])
        let file = try SafeTensors(data: try writer.encoded())
        #expect(file.metadata == ["a": "x\n\"y\" ⟨ü⟩", "b": ""])
        #expect(file.entries["w"]?.shape == [2, 3])
        #expect(
            try file.floats("w") == [1, -2, 3.5, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -0.0])
        #expect(try file.floats("w", in: 2..<4) == [3.5, .leastNonzeroMagnitude])
        #expect(try file.bytes("labels/odd name") == [0, 1, 2, 254, 255])
        #expect(try file.floats("none").isEmpty)
        #expect(try file.floats("scalar") == [7])
    }

    @Test func writesAndReplacesFiles() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors")
        defer { try? FileManager.default.removeItem(at: url) }
        for value: Float in [1, 2] {
            var writer = SafeTensorsWriter()
            writer.add("w", shape: [1], floats: [value])
            try writer.write(to: url)
            #expect(try SafeTensors(contentsOf: url).floats("w") == [value])
        }
        #expect(throws: SafeTensorsError.self) {
            try SafeTensorsWriter().write(to: url.appendingPathComponent("below/a/file"))
        }
        #expect(throws: SafeTensorsError.self) {
            try SafeTensors(contentsOf: url.appendingPathExtension("missing"))
        }
    }

    @Test func refusesWhatIsAskedWrongly() throws {
        let file = try SafeTensors(data: file(#"{"w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#, dataBytes: 4))
        #expect(throws: SafeTensorsError.tensor(name: "w", reason: "is of type F16, F32 is needed")) {
            try file.floats("w")
        }
        #expect(throws: SafeTensorsError.tensor(name: "v", reason: "is not in the file, which holds: w")) {
            try file.floats("v")
        }
        var writer = SafeTensorsWriter()
        writer.add("w", shape: [2], floats: [1, 2])
        let good = try SafeTensors(data: try writer.encoded())
        #expect(throws: SafeTensorsError.self) { try good.floats("w", in: 1..<3) }
    }

    static let malformed: [(String, Int)] = [
        ("", 0), ("{", 0), ("[]", 0), ("null", 0), (#"{"w":1}"#, 0),
        (#"{"w":{"dtype":"F32","shape":[1]}}"#, 4),
        (#"{"w":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}"#, 4),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 3),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 5),
        (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4),
        (#"{"w":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}"#, 4),
        (#"{"w":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}"#, 4),
        (#"{"w":{"dtype":"F32","shape":[9223372036854775807,2],"data_offsets":[0,4]}}"#, 4),
        (#"{"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,6]}}"#, 6),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, 4),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,99999999999999999999]}}"#, 4),
        (#"{"__metadata__":{"a":1}}"#, 0),
        (
            #"{"v":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"w":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#,
            3
        ),
        (
            #"{"v":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"w":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}"#,
            3
        ),
    ]

    @Test(arguments: malformed) func refusesMalformedFiles(header: String, dataBytes: Int) {
        #expect(throws: SafeTensorsError.self) { try SafeTensors(data: file(header, dataBytes: dataBytes)) }
    }

    @Test func refusesImpossibleHeaderLengths() {
        for bytes: [UInt8] in [[], [1, 2, 3], [2, 0, 0, 0, 0, 0, 0, 0], [UInt8](repeating: 255, count: 16)] {
            #expect(throws: SafeTensorsError.self) { try SafeTensors(data: Data(bytes)) }
        }
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: SafeTensorsError.self) { try SafeTensors(data: file(deep)) }
    }

    /// Whatever a damaged file says, it is either refused or readable throughout.
    @Test func survivesDamage() throws {
        var writer = SafeTensorsWriter(metadata: ["k": "v"])
        writer.add("a", shape: [3, 2], floats: [1, 2, 3, 4, 5, 6])
        writer.add("b", shape: [3], bytes: [1, 2, 3])
        let good = try writer.encoded()
        var random = RandomGenerator(seed: 3)
        for _ in 0..<1000 {
            var damaged = good
            for _ in 0...random.next() % 3 {
                damaged[Int(random.next()) % damaged.count] = UInt8(truncatingIfNeeded: random.next())
            }
            if random.next() % 4 == 0 { damaged = damaged.prefix(Int(random.next()) % damaged.count) }
            guard let file = try? SafeTensors(data: damaged) else { continue }
            for name in file.entries.keys {
                _ = try? file.floats(name)
                _ = try? file.bytes(name)
            }
        }
    }
}
