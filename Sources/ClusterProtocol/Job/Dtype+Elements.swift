extension Dtype {
    /// The elements in `range` of an array frame, in single precision.
    ///
    /// The frame must hold that many elements: `JobHeader.validate` has checked it.
    public func floats(from frame: UnsafeRawBufferPointer, elements range: Range<Int>) -> [Float] {
        precondition(range.lowerBound >= 0 && range.upperBound * itemBytes <= frame.count, "elements beyond the frame")
        return [Float](unsafeUninitializedCapacity: range.count) { target, count in
            read(frame, range.lowerBound, into: UnsafeMutableBufferPointer(rebasing: target[..<range.count]))
            count = range.count
        }
    }

    /// Writes as many elements of an array frame as `target` has room for, from element `first` on.
    public func read(
        _ frame: UnsafeRawBufferPointer, _ first: Int, into target: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(first >= 0 && (first + target.count) * itemBytes <= frame.count, "elements beyond the frame")
        guard let base = frame.baseAddress?.advanced(by: first * itemBytes) else { return }
        switch self {
        case .float32:
            UnsafeMutableRawBufferPointer(target).copyMemory(from: .init(start: base, count: target.count * 4))
        case .float64: convert(base, target) { (element: Double) in Float(element) }
        case .int8: convert(base, target) { (element: Int8) in Float(element) }
        case .int16: convert(base, target) { (element: Int16) in Float(element) }
        case .int32: convert(base, target) { (element: Int32) in Float(element) }
        case .int64: convert(base, target) { (element: Int64) in Float(element) }
        case .uint8: convert(base, target) { (element: UInt8) in Float(element) }
        case .uint16: convert(base, target) { (element: UInt16) in Float(element) }
        case .uint32: convert(base, target) { (element: UInt32) in Float(element) }
        case .uint64: convert(base, target) { (element: UInt64) in Float(element) }
        }
    }

    @inline(__always)
    private func convert<Element: BitwiseCopyable>(
        _ base: UnsafeRawPointer, _ target: UnsafeMutableBufferPointer<Float>, _ body: (Element) -> Float
    ) {
        for index in 0..<target.count { target[index] = body(base.element(index)) }
    }

    /// All elements of a frame in double precision, as for an energy axis.
    public func doubles(from frame: UnsafeRawBufferPointer) -> [Double] {
        let range = 0..<frame.count / itemBytes
        return switch self {
        case .float32: range.map { Double(frame.element($0) as Float) }
        case .float64: range.map { frame.element($0) }
        case .int8: range.map { Double(frame.element($0) as Int8) }
        case .int16: range.map { Double(frame.element($0) as Int16) }
        case .int32: range.map { Double(frame.element($0) as Int32) }
        case .int64: range.map { Double(frame.element($0) as Int64) }
        case .uint8: range.map { Double(frame.element($0) as UInt8) }
        case .uint16: range.map { Double(frame.element($0) as UInt16) }
        case .uint32: range.map { Double(frame.element($0) as UInt32) }
        case .uint64: range.map { Double(frame.element($0) as UInt64) }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The element of a frame at `index`, which must be inside.
    @inline(__always)
    func element<Element: BitwiseCopyable>(_ index: Int) -> Element {
        loadUnaligned(fromByteOffset: index * MemoryLayout<Element>.size, as: Element.self)
    }
}

extension UnsafeRawPointer {
    /// The element of a frame at `index`; frames inside libzmq's buffers begin at any address.
    ///
    /// Neither the index nor the offset is checked, so that the compiler can make vectors of a loop.
    @inline(__always)
    func element<Element: BitwiseCopyable>(_ index: Int) -> Element {
        loadUnaligned(fromByteOffset: index &* MemoryLayout<Element>.size, as: Element.self)
    }
}
