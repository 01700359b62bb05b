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
                try region.validate(array: frame(next), axis: region.frameCount == 2 ? frame(next + 1) : nil)
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
    func validate(array: UnsafeRawBufferPointer, axis frame: UnsafeRawBufferPointer?) throws(ProtocolError) {
        try check(size: array, elements: spectra.multipliedReportingOverflow(by: points), dtype, field: "shape")
        if let index = dtype.firstNotFinite(in: array) {
            throw ProtocolError(
                .unprocessable, "Value \(index) of the array is not finite; NaN and infinity are not measured.",
                field: "dtype")
        }
        guard let frame, let axisDtype = axis.frameDtype else { return }
        try check(size: frame, elements: (points, false), axisDtype, field: "axis")
        if let index = axisDtype.firstNotFinite(in: frame) {
            throw ProtocolError(.unprocessable, "Energy \(index) of the axis is not finite.", field: "axis")
        }
        if let index = axisDtype.firstNotMonotonic(in: frame) {
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
            let what = field == "axis" ? "\(points) points" : "shape \(shape)"
            let size = overflow || elements.overflow ? "far more" : "\(needed)"
            throw ProtocolError(
                .unprocessable,
                "The frame has \(frame.count) bytes, and \(what) of \(dtype.rawValue) needs \(size).", field: field)
        }
    }
}
