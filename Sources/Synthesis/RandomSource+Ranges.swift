import Glibc

extension RandomSource {
    /// A stream of its own for one purpose: `key` and the other numbers together determine it.
    ///
    /// The numbers are mixed by multiplication and a xorshift (the finaliser of MurmurHash3), since splitmix64 seeds
    /// that differ by its own increment give overlapping states.
    init(key: UInt64, _ first: UInt64, _ second: UInt64 = 0) {
        var hash = key
        for number in [first, second] {
            hash ^= (number &+ 1) &* 0xD6E8_FEB8_6659_FD93
            hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
            hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
            hash ^= hash >> 33
        }
        self.init(seed: hash)
    }

    /// A uniform number of a range.
    package mutating func uniform(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
    }

    /// A number of a positive range whose logarithm is uniform.
    package mutating func logUniform(in range: ClosedRange<Double>) -> Double {
        exp(uniform(in: log(range.lowerBound)...log(range.upperBound)))
    }

    /// A number of the exponential distribution with mean 1.
    mutating func exponential() -> Double {
        -log(uniform())
    }

    /// True with this probability.
    package mutating func chance(_ probability: Double) -> Bool {
        uniform() <= probability
    }
}
