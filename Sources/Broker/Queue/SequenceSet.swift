/// The set of `seq` numbers that a run has seen, as closed intervals: one interval while nothing is missing.
package struct SequenceSet: Sendable, Equatable {
    /// Disjoint, ascending, never adjacent.
    package private(set) var ranges: [ClosedRange<Int>] = []

    /// The empty set.
    package init() {}

    /// Adds a number; O(1) when it continues the last interval, else O(log n) and a move.
    package mutating func insert(_ number: Int) {
        if let last = ranges.last {
            if number == last.upperBound + 1 {
                ranges[ranges.count - 1] = last.lowerBound...number
                return
            }
            if number > last.upperBound {
                ranges.append(number...number)
                return
            }
        } else {
            ranges.append(number...number)
            return
        }
        let index = firstIndex(endingAtOrAfter: number)
        if ranges[index].contains(number) { return }
        let joinsNext = ranges[index].lowerBound == number + 1
        let joinsPrevious = index > 0 && ranges[index - 1].upperBound == number - 1
        switch (joinsPrevious, joinsNext) {
        case (true, true):
            ranges[index - 1] = ranges[index - 1].lowerBound...ranges[index].upperBound
            ranges.remove(at: index)
        case (true, false): ranges[index - 1] = ranges[index - 1].lowerBound...number
        case (false, true): ranges[index] = number...ranges[index].upperBound
        case (false, false): ranges.insert(number...number, at: index)
        }
    }

    /// Whether a number is in the set.
    package func contains(_ number: Int) -> Bool {
        let index = firstIndex(endingAtOrAfter: number)
        return index < ranges.count && ranges[index].contains(number)
    }

    /// The missing numbers from the first (0 if it was seen, else 1) to the last seen, or to the end of the expected.
    package func gaps(expected: Int?) -> [ClosedRange<Int>] {
        let start = ranges.first?.lowerBound == 0 ? 0 : 1
        var missing: [ClosedRange<Int>] = []
        var next = start
        for range in ranges {
            if range.lowerBound > next { missing.append(next...range.lowerBound - 1) }
            next = range.upperBound + 1
        }
        // Without any seq there is no telling which are missing.
        if let expected, let last = ranges.last {
            let end = expected - 1 + start
            if end > last.upperBound { missing.append(last.upperBound + 1...end) }
        }
        return missing
    }

    private func firstIndex(endingAtOrAfter number: Int) -> Int {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
