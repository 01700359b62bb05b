extension Dtype {
    /// Calls `body` for the elements in `range` of an array frame, as single precision.
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
        switch self {
        case .float32: for index in 0..<target.count { target[index] = frame.element(first + index) }
        case .float64: for index in 0..<target.count { target[index] = Float(frame.element(first + index) as Double) }
        case .int8: for index in 0..<target.count { target[index] = Float(frame.element(first + index) as Int8) }
        case .int16: for index in 0..<target.count { target[index] = Float(frame.element(first + index) as Int16) }
        case .int32: for index in 0..<target.count { target[index] = Float(frame.element(first + index) as Int32) }
        case .int64: for index in 0..<target.count { target[index] = Float(frame.element(first + index) as Int64) }
        case .uint8: for index in 0..<target.count { target[index] = Float(frame.element(first + index) as UInt8) }
        case .uint16: for index in 0..<target.count { target[index] = Float(frame.element(first + index) as UInt16) }
        case .uint32: for index in 0..<target.count { target[index] = Float(frame.element(first + index) as UInt32) }
        case .uint64: for index in 0..<target.count { target[index] = Float(frame.element(first + index) as UInt64) }
        }
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
    /// The element of a frame at `index`; frames inside libzmq's buffers begin at any address.
    @inline(__always)
    func element<Element: BitwiseCopyable>(_ index: Int) -> Element {
        loadUnaligned(fromByteOffset: index * MemoryLayout<Element>.size, as: Element.self)
    }
}
