import Spectroscopy

/// A library's constituents and a background, as columns on the recorded cells of one observation.
public struct LibraryBasis: Sendable {
    /// What is decomposed.
    public let observation: Observation
    /// The constituents' nominal lines.
    public internal(set) var lines: LibraryLines
    /// What may lie under them.
    public let backgrounds: BackgroundShapes

    /// Columns for an observation on the grid of the lines.
    public init(observation: Observation, lines: LibraryLines, backgrounds: BackgroundShapes) {
        precondition(observation.grid == lines.grid, "the lines are tabulated on another grid")
        self.observation = observation
        self.lines = lines
        self.backgrounds = backgrounds
    }

    /// The step in which shifts are counted, in eV.
    public var shiftStepEV: Double { lines.grid.stepEV / Double(LibraryLines.subSteps) }

    /// A shift in whole steps, the nearest one.
    public func steps(ofShiftEV shiftEV: Double) -> Int { Int((shiftEV / shiftStepEV).rounded()) }

    /// Memory for this basis's equations.
    func makeEquations() -> RegionEquations {
        RegionEquations(constituents: lines.constituents, backgrounds: backgrounds.shapes.map(\.count))
    }

    /// The weighted normal equations of every region, with the lines moved by so many steps.
    func accumulate(shiftSteps: Int, into equations: inout RegionEquations) {
        let (cellShift, subStep) = Self.split(shiftSteps)
        equations.clear()
        for run in observation.runs {
            var start = run.positions.lowerBound
            while start < run.positions.upperBound {
                let end = min(start + RegionEquations.blockCells, run.positions.upperBound)
                let cell = run.firstCell + start - run.positions.lowerBound
                equations.addBlock(region: run.region, cells: end - start) { rows in
                    addLines(positions: start..<end, tableCell: cell - cellShift, subStep: subStep, &rows)
                    addRest(region: run.region, positions: start..<end, &rows)
                }
                start = end
            }
        }
    }

    /// One constituent's column without weights, over all positions.
    func column(of constituent: Int, shiftSteps: Int) -> [Double] {
        let (cellShift, subStep) = Self.split(shiftSteps)
        var column = [Double](repeating: 0, count: observation.values.count)
        for run in observation.runs {
            for segment in lines.segments where segment.constituent == constituent {
                let first = segment.firstCell + cellShift - run.firstCell + run.positions.lowerBound
                let low = max(first, run.positions.lowerBound)
                let high = min(first + segment.count, run.positions.upperBound)
                guard low < high else { continue }
                for position in low..<high {
                    column[position] += lines.table[segment.start + subStep * segment.count + position - first]
                }
            }
        }
        return column
    }

    /// Whole cells and sub-steps of a shift, the latter never negative.
    private static func split(_ shiftSteps: Int) -> (cells: Int, subStep: Int) {
        let subStep = ((shiftSteps % LibraryLines.subSteps) + LibraryLines.subSteps) % LibraryLines.subSteps
        return ((shiftSteps - subStep) / LibraryLines.subSteps, subStep)
    }

    private func addLines(positions: Range<Int>, tableCell: Int, subStep: Int, _ rows: inout BlockRows) {
        lines.table.withUnsafeBufferPointer { table in
            observation.sigmas.withUnsafeBufferPointer { sigmas in
                for segment in lines.segments {
                    let low = max(segment.firstCell, tableCell)
                    let high = min(segment.firstCell + segment.count, tableCell + positions.count)
                    guard low < high else { continue }
                    let row = rows.row(of: segment.constituent)
                    let source = segment.start + subStep * segment.count - segment.firstCell
                    for cell in low..<high {
                        let index = cell - tableCell
                        row[index] += table[source + cell] / sigmas[positions.lowerBound + index]
                    }
                }
            }
        }
    }

    /// The background's shapes and the data.
    private func addRest(region: Int, positions: Range<Int>, _ rows: inout BlockRows) {
        let first = positions.lowerBound - backgrounds.positions[region].lowerBound
        for (index, shape) in backgrounds.shapes[region].enumerated() {
            let row = rows.row(of: lines.constituents + index)
            for position in positions {
                row[position - positions.lowerBound] =
                    shape[first + position - positions.lowerBound] / observation.sigmas[position]
            }
        }
        let row = rows.row(of: lines.constituents + backgrounds.shapes[region].count)
        for position in positions {
            row[position - positions.lowerBound] = observation.values[position] / observation.sigmas[position]
        }
    }
}
