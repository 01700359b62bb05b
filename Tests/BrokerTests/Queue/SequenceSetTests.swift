import Broker
import Testing

@Suite struct SequenceSetTests {
    @Test(arguments: UInt64(1)...20) func agreesWithASetOfNumbers(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var set = SequenceSet()
        var model: Set<Int> = []
        for _ in 0..<200 {
            let number = Int.random(in: 0..<60, using: &random)
            set.insert(number)
            model.insert(number)
            #expect((0..<60).allSatisfy { set.contains($0) == model.contains($0) })
            #expect(zip(set.ranges, set.ranges.dropFirst()).allSatisfy { $0.upperBound + 1 < $1.lowerBound })
        }
        let first = model.contains(0) ? 0 : 1
        let missing = (first...(model.max() ?? 0)).filter { !model.contains($0) }
        #expect(set.gaps(expected: nil).flatMap { Array($0) } == missing)
    }

    @Test func theExpectedTotalEndsTheSequence() {
        var set = SequenceSet()
        #expect(set.gaps(expected: 5).isEmpty)
        for number in [1, 2, 4] { set.insert(number) }
        #expect(set.gaps(expected: 6) == [3...3, 5...6])
        set.insert(0)
        #expect(set.gaps(expected: 6) == [3...3, 5...5])
        #expect(set.gaps(expected: 3) == [3...3])
    }
}
