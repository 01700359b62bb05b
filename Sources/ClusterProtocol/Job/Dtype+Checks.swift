extension Dtype {
    /// The index of the first element that is NaN or infinite.
    func firstNotFinite(in frame: UnsafeRawBufferPointer) -> Int? {
        switch self {
        case .float32: Self.firstNotFinite(in: frame, exponent: 0x7F80_0000 as UInt32)
        case .float64: Self.firstNotFinite(in: frame, exponent: 0x7FF0_0000_0000_0000 as UInt64)
        default: nil
        }
    }

    /// The index of the first element that does not go on in the direction of the first two.
    func firstNotMonotonic(in frame: UnsafeRawBufferPointer) -> Int? {
        switch self {
        case .float32: Self.firstNotMonotonic(in: frame, Float.self)
        case .float64: Self.firstNotMonotonic(in: frame, Double.self)
        case .int8: Self.firstNotMonotonic(in: frame, Int8.self)
        case .int16: Self.firstNotMonotonic(in: frame, Int16.self)
        case .int32: Self.firstNotMonotonic(in: frame, Int32.self)
        case .int64: Self.firstNotMonotonic(in: frame, Int64.self)
        case .uint8: Self.firstNotMonotonic(in: frame, UInt8.self)
        case .uint16: Self.firstNotMonotonic(in: frame, UInt16.self)
        case .uint32: Self.firstNotMonotonic(in: frame, UInt32.self)
        case .uint64: Self.firstNotMonotonic(in: frame, UInt64.self)
        }
    }

    private static func firstNotFinite<Bits: FixedWidthInteger & BitwiseCopyable>(
        in frame: UnsafeRawBufferPointer, exponent: Bits
    ) -> Int? {
        guard let base = frame.baseAddress else { return nil }
        let count = frame.count / MemoryLayout<Bits>.size
        // A float is not finite exactly when all bits of its exponent are set: then one more carries into the sign bit.
        // Blocks of constant length without a comparison inside, so that the compiler makes vectors of the loop.
        let one = exponent & (~exponent &+ 1)
        let sign = exponent &+ one
        let block = 256
        var start = 0
        while start + block <= count {
            let values = base + start * MemoryLayout<Bits>.size
            var found: Bits = 0
            for index in 0..<block {
                let bits: Bits = values.element(index)
                found |= (bits & exponent) &+ one
            }
            if found & sign != 0 { break }
            start += block
        }
        return (start..<count).first { (frame.element($0) as Bits) & exponent == exponent }
    }

    private static func firstNotMonotonic<Element: Comparable & BitwiseCopyable>(
        in frame: UnsafeRawBufferPointer, _ type: Element.Type
    ) -> Int? {
        let count = frame.count / MemoryLayout<Element>.size
        guard count > 1 else { return nil }
        var previous: Element = frame.element(1)
        let first: Element = frame.element(0)
        guard first != previous else { return 1 }
        let rises = first < previous
        for index in 2..<max(count, 2) {
            let element: Element = frame.element(index)
            guard rises ? previous < element : element < previous else { return index }
            previous = element
        }
        return nil
    }
}
