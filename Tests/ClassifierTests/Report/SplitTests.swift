import Classifier
import NeuralNetwork
import Testing

@Suite("Split")
struct SplitTests {
    @Test("no two parts share the seed of a stream, nor a part one with what a training draws")
    func distinct() {
        var seen: Set<UInt64> = []
        var count = 0
        // The first epochs of a training are the streams 0, 1 and those from 2³² on.
        let trained = (0..<2).map { UInt64($0) } + (0..<5000).map { (1 << 32) + UInt64($0) }
        for stream in trained {
            seen.insert(RandomGenerator.seed(Split.training.rawValue, stream: stream))
            count += 1
        }
        for split in [Split.selection, .test] {
            for stream in 0..<UInt64(5000) {
                seen.insert(split.seed(stream: stream))
                count += 1
            }
        }
        #expect(seen.count == count)
        #expect(Set(Split.allCases.map(\.rawValue)).count == 3)
    }
}
