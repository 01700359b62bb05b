import COpenBLAS

/// Templates that slide along a stretch of a row: y[row, s, k] = Σᵢ T[k, i] · x[row, start + s + i].
///
/// A translation of x by one point moves y by one s and changes nothing else, so what is learned at one shift holds at
/// all of them. The products run over the unfolded stretch [batch · shifts, length], which is rebuilt in the backward
/// pass rather than kept.
public struct SlidingCorrelation {
    /// Templates.
    public let templates: Int
    /// Points of a template.
    public let length: Int
    /// Positions that a template takes.
    public let shifts: Int
    /// Where the stretch begins in a row of x; it reaches over length + shifts − 1 points.
    public let start: Int
    /// T [templates, length].
    public let weight: Parameter

    /// Templates uniform in ±√(3/length), so that white input of unit variance gives unit variance.
    public init(
        name: String, templates: Int, length: Int, shifts: Int, start: Int, random: inout RandomGenerator
    ) {
        self.templates = templates
        self.length = length
        self.shifts = shifts
        self.start = start
        weight = Parameter(
            name: name + ".weight", shape: [templates, length], bound: (3 / Float(length)).squareRoot(),
            random: &random)
    }

    /// Numbers of working memory that a batch needs.
    public func scratchCount(batch: Int) -> Int { batch * shifts * length }

    /// Writes y into the columns from `column` of rows [batch · shifts, stride].
    public func forward(
        _ x: Buffer, rowLength: Int, into y: Buffer, column: Int, stride: Int, scratch: Buffer, batch: Int
    ) {
        ProcessorKernels.chosen
        precondition(y.count >= batch * shifts * stride && column + templates <= stride, "y is too small")
        unfold(x, rowLength: rowLength, into: scratch, batch: batch)
        guard let y = y.values.baseAddress else { return }
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(batch * shifts), Int32(templates), Int32(length), 1,
            scratch.values.baseAddress, Int32(length), weight.value.values.baseAddress, Int32(length), 0,
            y + column, Int32(stride))
    }

    /// Sets dT = Σ dyᵀ · unfolded x.
    public func backward(
        _ x: Buffer, rowLength: Int, dy: Buffer, column: Int, stride: Int, scratch: Buffer, batch: Int
    ) {
        ProcessorKernels.chosen
        precondition(dy.count >= batch * shifts * stride && column + templates <= stride, "dy is too small")
        unfold(x, rowLength: rowLength, into: scratch, batch: batch)
        weight.setGradientColumns(nil)
        guard let dy = dy.values.baseAddress else { return }
        cblas_sgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, Int32(templates), Int32(length), Int32(batch * shifts), 1,
            dy + column, Int32(stride), scratch.values.baseAddress, Int32(length), 0,
            weight.gradient.values.baseAddress, Int32(length))
    }

    private func unfold(_ x: Buffer, rowLength: Int, into scratch: Buffer, batch: Int) {
        precondition(start + length + shifts - 1 <= rowLength && x.count >= batch * rowLength, "x is too small")
        precondition(scratch.count >= scratchCount(batch: batch), "the working memory is too small")
        guard let x = x.values.baseAddress, var target = scratch.values.baseAddress else { return }
        for row in 0..<batch {
            var source = x + row * rowLength + start
            for _ in 0..<shifts {
                target.update(from: source, count: length)
                target += length
                source += 1
            }
        }
    }
}
