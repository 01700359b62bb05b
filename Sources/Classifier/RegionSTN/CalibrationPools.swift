/// Examples by class, lent from neighbouring classes where one has few.
package struct CalibrationPools {
    /// Examples that a class is fitted on, at least, where there are so many in all.
    package static let leastExamples = 200

    /// Indices of examples, for each class.
    package let members: [[Int]]

    /// Pools for examples of those classes.
    package init(classes: [Int], least: Int = leastExamples) {
        var own = [[Int]](repeating: [], count: CalibrationClass.count)
        for (example, index) in classes.enumerated() { own[index].append(example) }
        members = own.indices.map { index in
            var pool: [Int] = []
            for ring in CalibrationClass.neighbours(of: index) where pool.count < least {
                for neighbour in ring { pool += own[neighbour] }
            }
            return pool
        }
    }
}
