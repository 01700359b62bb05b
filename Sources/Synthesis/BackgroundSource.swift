import Glibc
import Spectroscopy

/// What lies under the lines: the step and the losses that they cause themselves inside their window, and a level that
/// comes from lines at lower binding energy.
struct BackgroundSource: Sendable {
    /// Width of the cells in which losses are counted, in eV: fine against anything in the cross-section.
    private static let cellEV = 0.5
    /// Losses are followed so far.
    private static let reachCells = 120
    /// Where losses begin, in eV above the line, and how fast.
    private static let gapEV = 4.0...7.0
    private static let onsetEV = 1.0
    private static let humpOffsetEV = 20.0...25.0
    private static let humpWidthEV = 10.0...16.0

    let effects: InstrumentEffects
    private var kernel = [Float](repeating: 0, count: reachCells)
    private var cells: [Float] = []
    private var losses: [Float] = []

    init(effects: InstrumentEffects) {
        self.effects = effects
    }

    /// Draws a background for a signal; both hold the points of all regions.
    mutating func draw(
        under signal: [Float], setup: InstrumentSetup, random: inout RandomSource, into background: inout [Float]
    ) {
        drawKernel(&random)
        let highest = Self.highest(of: signal, setup: setup)
        for recording in setup.recordings {
            let step = Float(random.uniform(in: effects.shirleyStep.range) * recording.stepEV)
            let hasStep = random.chance(effects.shirleyStep.share) && effects.shirleyStep.isOn
            let levelShare = random.logUniform(in: effects.offset.range)
            let tilt = random.uniform(in: effects.slope.range)
            let level = effects.offset.isOn ? Float(highest * recording.gain * levelShare) : 0
            let slope = effects.slope.isOn ? level * Float(tilt / Double(max(1, recording.count - 1))) : 0
            let start = level - slope * Float(recording.count - 1) / 2
            background.withUnsafeMutableBufferPointer { background in
                signal.withUnsafeBufferPointer { signal in
                    var sum: Float = 0
                    for index in 0..<recording.count {
                        let point = recording.offset + index
                        if hasStep { sum += step * signal[point] }
                        background[point] = start + slope * Float(Int32(truncatingIfNeeded: index)) + sum
                    }
                }
            }
            if effects.losses.isOn || effects.plasmon.isOn { addLosses(of: signal, recording, to: &background) }
        }
    }

    /// The highest signal per unit of gain; where nothing is recorded, a hundredth of what pure carbon would give.
    private static func highest(of signal: [Float], setup: InstrumentSetup) -> Double {
        var highest = 0.01
        for recording in setup.recordings {
            let peak = signal[recording.offset..<recording.offset + recording.count].withUnsafeBufferPointer {
                // Unlike max(), the comparison says nothing of NaN and becomes one vector instruction.
                $0.reduce(0 as Float) { $1 > $0 ? $1 : $0 }
            }
            highest = max(highest, Double(peak) / recording.gain)
        }
        return highest
    }

    private mutating func drawKernel(_ random: inout RandomSource) {
        let amplitude = random.uniform(in: effects.losses.range)
        let gapEV = random.uniform(in: Self.gapEV)
        let humpArea = random.uniform(in: effects.plasmon.range)
        let humpEV = random.uniform(in: Self.humpOffsetEV)
        let humpWidthEV = random.uniform(in: Self.humpWidthEV)
        let hasHump = random.chance(effects.plasmon.share) && effects.plasmon.isOn
        let sharpness = 4 * log(2) / (humpWidthEV * humpWidthEV)
        let humpHeight = humpArea * (sharpness / Double.pi).squareRoot()
        for cell in 0..<Self.reachCells {
            let lossEV = Double(cell) * Self.cellEV
            var value = 0.0
            if effects.losses.isOn {
                value = amplitude * TougaardBackground.LossFunction.polymer.density(atLossEV: lossEV)
            }
            if hasHump {
                let distanceEV = lossEV - humpEV
                value += humpHeight * exp(-sharpness * distanceEV * distanceEV)
            }
            kernel[cell] = Float(value * min(1, max(0, (lossEV - gapEV) / Self.onsetEV)))
        }
    }

    /// Each cell's area, taken through the cross-section to the cells above it, then interpolated to the points.
    private mutating func addLosses(
        of signal: [Float], _ recording: InstrumentSetup.Recording, to background: inout [Float]
    ) {
        let pointsPerCell = recording.stepEV / Self.cellEV
        let count = Int(Double(recording.count - 1) * pointsPerCell) + 2
        if cells.count < count {
            cells = [Float](repeating: 0, count: count)
            losses = cells
        }
        cells.withUnsafeMutableBufferPointer { cells in
            losses.withUnsafeMutableBufferPointer { losses in
                for cell in 0..<count {
                    cells[cell] = 0
                    losses[cell] = 0
                }
                let scale = Float(pointsPerCell)
                let stepEV = Float(recording.stepEV)
                for index in 0..<recording.count {
                    let cell = Int(Int32(Float(Int32(truncatingIfNeeded: index)) * scale))
                    cells[min(cell, count - 1)] += signal[recording.offset + index] * stepEV
                }
                for cell in 0..<count where cells[cell] > 0 {
                    let area = cells[cell]
                    for loss in 0..<min(Self.reachCells, count - cell) { losses[cell + loss] += area * kernel[loss] }
                }
                background.withUnsafeMutableBufferPointer { background in
                    for index in 0..<recording.count {
                        let position = Float(Int32(truncatingIfNeeded: index)) * scale
                        let cell = min(Int(Int32(position)), count - 2)
                        let part = position - Float(Int32(truncatingIfNeeded: cell))
                        background[recording.offset + index] +=
                            losses[cell] + part * (losses[cell + 1] - losses[cell])
                    }
                }
            }
        }
    }
}
