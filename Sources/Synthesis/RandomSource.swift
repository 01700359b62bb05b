import Glibc

/// xoshiro256** (Blackman and Vigna, 2018), its state filled by splitmix64 from one seed.
///
/// The standard library's generator cannot be seeded; here the same seed gives the same stream on every machine.
public struct RandomSource: RandomNumberGenerator, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// A stream that is determined by its seed.
    public init(seed: UInt64) {
        var counter = seed
        func splitmix() -> UInt64 {
            counter &+= 0x9E37_79B9_7F4A_7C15
            var z = counter
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
        state = (splitmix(), splitmix(), splitmix(), splitmix())
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        let product = state.1 &* 5
        let result = ((product << 7) | (product >> 57)) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = (state.3 << 45) | (state.3 >> 19)
        return result
    }

    /// A uniform number in (0, 1]: never zero, so it may be divided by and its logarithm taken.
    public mutating func uniform() -> Double {
        Double((next() >> 11) + 1) * 0x1p-53
    }

    /// A uniform integer of a closed range.
    public mutating func integer(in range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &self)
    }

    /// A number of the standard normal distribution (Box and Muller, 1958).
    public mutating func normal() -> Double {
        (-2 * log(uniform())).squareRoot() * cos(2 * Double.pi * uniform())
    }

    /// A number of the Poisson distribution: counts in a channel that expects `mean`.
    ///
    /// Below 30 by multiplying uniforms (Knuth), above by the transformed rejection PTRS (Hörmann, 1993).
    public mutating func poisson(mean: Double) -> Double {
        guard mean > 0 else { return 0 }
        guard mean >= 30 else {
            let limit = exp(-mean)
            var product = uniform()
            var count = 0.0
            while product > limit {
                product *= uniform()
                count += 1
            }
            return count
        }
        let root = mean.squareRoot()
        let b = 0.931 + 2.53 * root
        let a = -0.059 + 0.02483 * b
        let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
        let vr = 0.9277 - 3.6224 / (b - 2)
        while true {
            let u = uniform() - 0.5
            let v = uniform()
            let us = 0.5 - abs(u)
            let count = ((2 * a / us + b) * u + mean + 0.43).rounded(.down)
            if us >= 0.07 && v <= vr { return count }
            if count < 0 || (us < 0.013 && v > us) { continue }
            let accept = log(v * inverseAlpha / (a / (us * us) + b))
            if accept <= count * log(mean) - mean - lgamma(count + 1) { return count }
        }
    }
}
