/// A fixed block of single-precision numbers in one allocation, zero at first.
///
/// Memory is planned before the loop: layers and networks own their buffers and pass them by reference, so that a
/// step allocates nothing. A buffer is not Sendable: it belongs to one thread.
public final class Buffer {
    /// Numbers it holds.
    public let count: Int
    // Layers check sizes once per call and then index this freely.
    let values: UnsafeMutableBufferPointer<Float>

    /// `count` zeros.
    public init(count: Int) {
        self.count = count
        // A cache line's alignment, which OpenBLAS's kernels like.
        let bytes = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
        values = UnsafeMutableBufferPointer(
            start: bytes.initializeMemory(as: Float.self, repeating: 0).baseAddress, count: count)
    }

    /// The numbers of an array.
    public convenience init(_ numbers: [Float]) {
        self.init(count: numbers.count)
        copy(numbers)
    }

    deinit {
        UnsafeMutableRawBufferPointer(values).deallocate()
    }

    /// One number, for callers outside loops.
    public subscript(index: Int) -> Float {
        get {
            precondition(index >= 0 && index < count, "index \(index) of a buffer of \(count)")
            return values[index]
        }
        set {
            precondition(index >= 0 && index < count, "index \(index) of a buffer of \(count)")
            values[index] = newValue
        }
    }

    /// A copy as an array.
    public var array: [Float] { Array(values) }

    /// Overwrites the numbers from `start` with those of a span.
    public func copy(_ numbers: Span<Float>, at start: Int = 0) {
        precondition(start >= 0 && start + numbers.count <= count, "\(numbers.count) numbers at \(start) do not fit")
        numbers.withUnsafeBufferPointer { numbers in
            guard let from = numbers.baseAddress, let to = values.baseAddress else { return }
            (to + start).update(from: from, count: numbers.count)
        }
    }

    /// Overwrites the numbers from the first on with those of an array.
    public func copy(_ numbers: [Float]) {
        copy(numbers.span)
    }

    /// Overwrites `count` numbers from `start` with those of another buffer from `source`.
    public func copy(_ other: Buffer, from source: Int, at start: Int, count: Int) {
        precondition(source >= 0 && count >= 0 && source + count <= other.count, "beyond the other buffer's end")
        precondition(start >= 0 && start + count <= self.count, "\(count) numbers at \(start) do not fit")
        guard let from = other.values.baseAddress, let to = values.baseAddress else { return }
        (to + start).update(from: from + source, count: count)
    }

    /// Lends a stretch for writing.
    public func withMutableSpan<Result>(
        _ range: Range<Int>, _ body: (inout MutableSpan<Float>) throws -> Result
    ) rethrows -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of a buffer of \(count)")
        var span = MutableSpan(_unsafeElements: UnsafeMutableBufferPointer(rebasing: values[range]))
        return try body(&span)
    }

    /// Lends a stretch for reading.
    public func withSpan<Result>(
        _ range: Range<Int>, _ body: (Span<Float>) throws -> Result
    ) rethrows -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of a buffer of \(count)")
        return try body(Span(_unsafeElements: UnsafeBufferPointer(rebasing: values[range])))
    }
}
