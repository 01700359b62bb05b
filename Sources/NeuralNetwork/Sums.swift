/// Sums over runs of a buffer, in sixteen interleaved parts: the compiler makes vectors of them without being allowed
/// to reorder additions, so the result is the same on every machine.
package enum Sums {
    /// Σ a(i) over `count` values from `start`.
    static func sum(_ a: UnsafeMutableBufferPointer<Float>, _ start: Int, _ count: Int) -> Float {
        var parts = InlineArray<16, Float>(repeating: 0)
        var i = 0
        while i + 16 <= count {
            for j in 0..<16 { parts[j] += a[start + i + j] }
            i += 16
        }
        return finish(parts) { rest in
            while i < count {
                rest += a[start + i]
                i += 1
            }
        }
    }

    /// Σ a(i)·b(i) over `count` values from `startA` and `startB`.
    static func dot(
        _ a: UnsafeMutableBufferPointer<Float>, _ startA: Int, _ b: UnsafeMutableBufferPointer<Float>, _ startB: Int,
        _ count: Int
    ) -> Float {
        var parts = InlineArray<16, Float>(repeating: 0)
        var i = 0
        while i + 16 <= count {
            for j in 0..<16 { parts[j] += a[startA + i + j] * b[startB + i + j] }
            i += 16
        }
        return finish(parts) { rest in
            while i < count {
                rest += a[startA + i] * b[startB + i]
                i += 1
            }
        }
    }

    /// Σ a(i)·(b(i + 1) − b(i)) over `count` values: a dot product with a slope.
    static func dotSlope(
        _ a: UnsafeMutableBufferPointer<Float>, _ startA: Int, _ b: UnsafeMutableBufferPointer<Float>, _ startB: Int,
        _ count: Int
    ) -> Float {
        var parts = InlineArray<16, Float>(repeating: 0)
        var i = 0
        while i + 16 <= count {
            for j in 0..<16 { parts[j] += a[startA + i + j] * (b[startB + i + j + 1] - b[startB + i + j]) }
            i += 16
        }
        return finish(parts) { rest in
            while i < count {
                rest += a[startA + i] * (b[startB + i + 1] - b[startB + i])
                i += 1
            }
        }
    }

    private static func finish(_ parts: InlineArray<16, Float>, _ addRest: (inout Float) -> Void) -> Float {
        var total: Float = 0
        for j in 0..<16 { total += parts[j] }
        addRest(&total)
        return total
    }
}
