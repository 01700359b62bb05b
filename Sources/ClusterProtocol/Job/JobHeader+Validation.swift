extension JobHeader {
    /// Checks that the frames behind the header are what it says; `frame(i)` gives the bytes of the i-th of them.
    ///
    /// Refuses with 413 or 422 and names the key to blame.
    public func validate(
        headerBytes: Int, frameCount count: Int, frame: (Int) -> UnsafeRawBufferPointer
    ) throws(ProtocolError) {
        guard count < Limits.frames else {
            throw ProtocolError(
                .tooLarge, "The job has \(count + 1) frames; at most \(Limits.frames) are allowed.", field: "regions")
        }
        var total = headerBytes
        for index in 0..<count { total += frame(index).count }
        guard total <= Limits.jobBytes else {
            throw ProtocolError(
                .tooLarge, "The job has \(total) bytes; at most \(Limits.jobBytes) are allowed.", field: "regions")
        }
        try validateStack()
        guard count == frameCount else {
            throw ProtocolError(
                .unprocessable,
                "The regions need \(frameCount) frames behind the header, and there are \(count).", field: "regions")
        }
        var next = 0
        for (index, region) in regions.enumerated() {
            do throws(ProtocolError) {
                try region.validate(array: frame(next))
                if let dtype = region.axis.frameDtype { try region.validate(axis: frame(next + 1), of: dtype) }
                if let dtype = region.transmission {
                    try region.validate(transmission: frame(next + region.frameCount - 1), of: dtype)
                }
            } catch {
                throw error.under("regions[\(index)]")
            }
            next += region.frameCount
        }
    }

    /// Checks frames that are at hand as byte views.
    public func validate(headerBytes: Int, frames: [UnsafeRawBufferPointer]) throws(ProtocolError) {
        try validate(headerBytes: headerBytes, frameCount: frames.count) { frames[$0] }
    }

    private func validateStack() throws(ProtocolError) {
        for (index, region) in regions.enumerated() where region.spectra != spectraCount {
            throw ProtocolError(
                .unprocessable,
                "regions[\(index)] holds \(region.spectra) spectra and regions[0] holds \(spectraCount); "
                    + "every region of a job must hold the same number.",
                field: "regions[\(index)].shape")
        }
    }
}

extension RegionHeader {
    func validate(array: UnsafeRawBufferPointer) throws(ProtocolError) {
        try check(size: array, elements: spectra.multipliedReportingOverflow(by: points), dtype, field: "shape")
        if let index = dtype.firstNotFinite(in: array) {
            throw ProtocolError(
                .unprocessable, "Value \(index) of the array is not finite; NaN and infinity are not measured.",
                field: "dtype")
        }
    }

    func validate(transmission frame: UnsafeRawBufferPointer, of dtype: Dtype) throws(ProtocolError) {
        try check(size: frame, elements: (points, false), dtype, field: "transmission")
        let values = dtype.floats(from: frame, elements: 0..<points)
        // The negation also finds what is no number.
        if let index = values.firstIndex(where: { !($0 >= Limits.leastTransmission && $0.isFinite) }) {
            throw ProtocolError(
                .unprocessable,
                "Value \(index) of the transmission is not a number of at least \(Limits.leastTransmission).",
                field: "transmission")
        }
    }

    func validate(axis frame: UnsafeRawBufferPointer, of dtype: Dtype) throws(ProtocolError) {
        try check(size: frame, elements: (points, false), dtype, field: "axis")
        if let index = dtype.firstNotFinite(in: frame) {
            throw ProtocolError(.unprocessable, "Energy \(index) of the axis is not finite.", field: "axis")
        }
        if let index = dtype.firstNotMonotonic(in: frame) {
            throw ProtocolError(
                .unprocessable,
                "Energy \(index) of the axis breaks its order; energies must rise strictly or fall strictly.",
                field: "axis")
        }
    }

    private func check(
        size frame: UnsafeRawBufferPointer, elements: (partialValue: Int, overflow: Bool), _ dtype: Dtype, field: String
    ) throws(ProtocolError) {
        let (needed, overflow) = elements.partialValue.multipliedReportingOverflow(by: dtype.itemBytes)
        guard !overflow, !elements.overflow, needed == frame.count else {
            let what = field == "shape" ? "shape \(shape)" : "\(points) points"
            let size = overflow || elements.overflow ? "far more" : "\(needed)"
            throw ProtocolError(
                .unprocessable,
                "The frame has \(frame.count) bytes, and \(what) of \(dtype.rawValue) needs \(size).", field: field)
        }
    }
}
