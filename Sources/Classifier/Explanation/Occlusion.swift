import NeuralNetwork
import Spectroscopy

/// A spectrum, aligned once, and read again with parts of it taken out: what a group's logit loses tells what it rests
/// on (Zeiler and Fergus, ECCV 2014, occlude images in this way).
///
/// A part is taken out by drawing a straight line through it, as if the background went on there. The alignment stays
/// as it is, so that what is lost is evidence of the group and not of the shift.
package struct Occlusion {
    /// Aligned pairs of cells in 1 eV.
    private static let pairsPerEV = CoreLevelWindow.cellsPerEV / 2
    /// Pairs outside a stretch that its line's ends are the means of.
    private static let endPairs = 3

    /// The eV of the aligned row that were recorded, ascending; counted through all windows.
    package let recorded: [Int]
    /// The shift that was undone, in eV.
    let shiftEV: Double

    private let network: RegionSTN
    private let row: [Float]
    private let isRecorded: [Bool]

    /// Aligns a reading by the shift that was found.
    ///
    /// - Parameter originEV: What the shift of the reading's cells is counted from.
    init(of reading: borrowing RegionReading, shiftEV: Double, originEV: Double, network: RegionSTN) {
        network.input.set(reading, row: 0)
        network.align(rows: [0], shiftsEV: [Float(shiftEV - originEV)])
        let row = network.reader.input.array(row: 0, of: network.reader.inputs)
        let pairs = CoreLevelWindow.layout.alignedCount / 2
        let isRecorded = row[pairs..<pairs + pairs / Self.pairsPerEV].map { $0 > 0.9 }
        self.network = network
        self.shiftEV = shiftEV
        self.row = row
        self.isRecorded = isRecorded
        recorded = isRecorded.indices.filter { isRecorded[$0] }
    }

    /// The groups' logits with nothing taken out.
    package var logits: [Float] { logits(without: [[]])[0] }

    /// The groups' logits for each set of eV that is taken out, ascending in itself.
    package func logits(without removals: [[Int]]) -> [[Float]] {
        let reader = network.reader
        let maxBatch = network.input.maxBatch
        let labels = reader.logits.count / maxBatch
        var answers: [[Float]] = []
        var start = 0
        while start < removals.count {
            let part = removals[start..<min(start + maxBatch, removals.count)]
            for (index, cells) in part.enumerated() {
                reader.input.copy(occluded(cells).span, at: index * reader.inputs)
            }
            reader.forward(batch: part.count, isTraining: false)
            for index in 0..<part.count { answers.append(reader.logits.array(row: index, of: labels)) }
            start += part.count
        }
        return answers
    }

    /// The window that holds an eV of the aligned row, and where that eV begins on the scale of shift zero.
    static func place(of cell: Int) -> (window: Int, lowEV: Double) {
        let starts = CoreLevelWindow.layout.alignedStarts.map { $0 / CoreLevelWindow.cellsPerEV }
        let window = (starts.firstIndex { $0 > cell } ?? starts.count) - 1
        return (window, CoreLevelWindow.all[window].lowEV + Double(cell - starts[window]))
    }

    /// Neighbouring eV of one window, as runs.
    static func runs(_ cells: [Int]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for cell in cells {
            if let last = runs.last, last.upperBound == cell, place(of: cell).window == place(of: cell - 1).window {
                runs[runs.count - 1] = last.lowerBound..<cell + 1
            } else {
                runs.append(cell..<cell + 1)
            }
        }
        return runs
    }

    private func occluded(_ cells: [Int]) -> [Float] {
        var row = row
        for run in Self.runs(cells) {
            let first = run.lowerBound * Self.pairsPerEV
            let last = run.upperBound * Self.pairsPerEV - 1
            let low = isNeighbour(run.lowerBound - 1, of: run.lowerBound) ? first - Self.endPairs : first
            let high = isNeighbour(run.upperBound, of: run.upperBound - 1) ? last + 1 : last - Self.endPairs + 1
            let start = self.row[low..<low + Self.endPairs].reduce(0, +) / Float(Self.endPairs)
            let end = self.row[high..<high + Self.endPairs].reduce(0, +) / Float(Self.endPairs)
            let slope = (end - start) / Float(max(high - low, 1))
            for pair in first...last { row[pair] = start + slope * Float(pair - low - Self.endPairs / 2) }
        }
        return row
    }

    /// Whether an eV was recorded and lies in the same window as its neighbour.
    private func isNeighbour(_ cell: Int, of other: Int) -> Bool {
        isRecorded.indices.contains(cell) && isRecorded[cell]
            && Self.place(of: cell).window == Self.place(of: other).window
    }
}
