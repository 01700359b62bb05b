import Spectroscopy

/// What may lie under the lines of a region, as non-negative shapes: hats of a piecewise line, a step under each peak,
/// and the tail of energy losses.
///
/// The step is Shirley's (Phys. Rev. B 5 (1972) 4709), the running sum of what was measured at lower binding energy; the
/// tail folds the same with Tougaard's universal cross-section for polymers (Surf. Interface Anal. 25 (1997) 137),
/// K(T) = B T / ((C - T²)² + D T²). Both are taken from the measured spectrum itself, so they hold whatever the shift.
public struct BackgroundShapes: Sendable {
    /// Knots of the piecewise line are about this far apart in wide windows, in eV; a core-level window has its two ends.
    public static let knotDistanceEV = 45.0

    /// Per region, the shapes; each covers the region's positions from first to last and is 1 at its highest.
    let shapes: [[[Double]]]
    /// Per region, the positions in the observation.
    let positions: [Range<Int>]

    /// No background: spectra of which it has been taken off.
    public static func none(for observation: Observation) -> BackgroundShapes {
        let positions = Self.positions(observation)
        return BackgroundShapes(shapes: positions.map { _ in [] }, positions: positions)
    }

    /// The shapes for a measured spectrum.
    public init(for observation: Observation) {
        let positions = Self.positions(observation)
        var shapes: [[[Double]]] = []
        for (region, range) in positions.enumerated() {
            let runs = observation.runs.filter { $0.region == region }
            let energies = runs.flatMap { run in run.positions.map { observation.energyEV(of: run, at: $0) } }
            let values = Array(observation.values[range])
            shapes.append(Self.hats(energies) + Self.losses(values, energies, stepEV: observation.grid.stepEV))
        }
        self.init(shapes: shapes, positions: positions)
    }

    private init(shapes: [[[Double]]], positions: [Range<Int>]) {
        self.shapes = shapes
        self.positions = positions
    }

    private static func positions(_ observation: Observation) -> [Range<Int>] {
        (0..<observation.regionCount).map { region in
            let runs = observation.runs.filter { $0.region == region }
            return (runs.first?.positions.lowerBound ?? 0)..<(runs.last?.positions.upperBound ?? 0)
        }
    }

    /// Hat functions on evenly spaced knots: with amounts of zero or more, any piecewise line that is not negative.
    private static func hats(_ energies: [Double]) -> [[Double]] {
        guard let first = energies.first, let last = energies.last, last > first else {
            return [[Double](repeating: 1, count: energies.count)]
        }
        let pieces = max(1, Int((last - first) / knotDistanceEV))
        let distance = (last - first) / Double(pieces)
        return (0...pieces).map { knot in
            energies.map { max(0, 1 - abs(($0 - first) / distance - Double(knot))) }
        }
    }

    private static func losses(_ values: [Double], _ energies: [Double], stepEV: Double) -> [[Double]] {
        let smooth = Observation.smoothed(values, cells: 4)
        guard let lowest = smooth.min(), let highest = smooth.max(), highest > lowest else { return [] }
        var step = [Double](repeating: 0, count: values.count)
        var sum = 0.0
        for index in values.indices {
            step[index] = sum
            sum += smooth[index] - lowest
        }
        // The cross-section has died away within 80 eV; cells of a coarse sum are half an eV wide.
        let stride = max(1, Int((0.5 / stepEV).rounded()))
        let kernel = (0..<160).map { index in
            TougaardBackground.LossFunction.polymer.density(atLossEV: (Double(index) + 0.5) * Double(stride) * stepEV)
        }
        var tail = [Double](repeating: 0, count: values.count)
        for index in values.indices {
            var back = index - stride / 2 - 1
            var lag = 0
            while back >= 0 && lag < kernel.count {
                // Beyond a gap between windows the energies say so, not the positions.
                let cells = Int(((energies[index] - energies[back]) / (stepEV * Double(stride))).rounded(.down))
                if cells < kernel.count { tail[index] += kernel[max(cells, 0)] * (smooth[back] - lowest) }
                back -= stride
                lag += 1
            }
        }
        return [step, tail].compactMap { shape in
            guard let highest = shape.max(), highest > 0 else { return nil }
            return shape.map { $0 / highest }
        }
    }
}
