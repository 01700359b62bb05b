/// Stretches of an axis that lie side by side in a row, each with room on both sides to be moved in.
///
/// A moving row holds, strip by strip, `padding + length + padding` cells; an aligned row `length` cells.
public struct StripLayout: Sendable, Equatable {
    /// Cells of each strip without its room.
    public let lengths: [Int]
    /// Cells of room on either side.
    public let padding: Int
    /// Where each strip begins in a moving row.
    public let movingStarts: [Int]
    /// Where each strip begins in an aligned row.
    public let alignedStarts: [Int]
    /// Cells of a moving row.
    public let movingCount: Int
    /// Cells of an aligned row.
    public let alignedCount: Int

    /// A layout of strips; every length and the padding must divide by `unit`, the coarsest cell they are pooled to.
    public init(lengths: [Int], padding: Int, unit: Int) {
        precondition((lengths + [padding]).allSatisfy { $0 % unit == 0 && $0 > 0 }, "strips of whole units")
        self.lengths = lengths
        self.padding = padding
        var moving: [Int] = []
        var aligned: [Int] = []
        var (movingCount, alignedCount) = (0, 0)
        for length in lengths {
            moving.append(movingCount)
            aligned.append(alignedCount)
            movingCount += length + 2 * padding
            alignedCount += length
        }
        movingStarts = moving
        alignedStarts = aligned
        self.movingCount = movingCount
        self.alignedCount = alignedCount
    }

    /// The same strips in cells that hold `factor` of these.
    public func pooled(_ factor: Int) -> StripLayout {
        StripLayout(lengths: lengths.map { $0 / factor }, padding: padding / factor, unit: 1)
    }
}
