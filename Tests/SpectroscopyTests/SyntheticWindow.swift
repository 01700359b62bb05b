import Foundation
import Spectroscopy

/// Lines on a background, counted with a seed.
struct SyntheticWindow {
    struct Line {
        var energyEV: Double
        var height: Double
        var fwhmEV = 1.2
    }

    var startEV = 280.0
    var endEV = 298.0
    var stepEV = 0.1
    var lines: [Line] = []
    /// Height of the step that every line leaves towards higher binding energy, as a part of its area per eV.
    var stepFraction = 0.0
    var offset = 0.0

    var energiesEV: [Double] {
        (0...Int(((endEV - startEV) / stepEV).rounded())).map { startEV + Double($0) * stepEV }
    }

    /// The expected intensities.
    var expectation: [Double] {
        energiesEV.map { energyEV in
            lines.reduce(offset) { sum, line in
                let sigma = line.fwhmEV / 2.354820045
                let x = (energyEV - line.energyEV) / sigma
                let area = line.height * sigma * (2 * Double.pi).squareRoot()
                return sum + line.height * exp(-x * x / 2) + stepFraction * area * erfc(-x / 2.0.squareRoot()) / 2
            }
        }
    }

    var window: PeakWindow {
        PeakWindow(energiesEV: energiesEV, intensities: expectation, variances: expectation.map { max($0, 1e-9) })
    }

    /// Area of the lines.
    var area: Double { lines.reduce(0) { $0 + $1.height * $1.fwhmEV * 1.064467 } }

    func region(
        _ name: String, generator: inout SeededGenerator, transmission: [Float]? = nil, isCorrected: Bool = true,
        dwellS: Double? = 0.1, sweeps: Int? = nil, passEnergyEV: Double? = nil, photonEnergyEV: Double? = 1486.6,
        ordinate: RegionSettings.Ordinate = .counts
    ) throws -> Region {
        let settings = try RegionSettings(
            name: name, axis: .uniform(startEV: startEV, stepEV: stepEV, count: energiesEV.count), ordinate: ordinate,
            photonEnergyEV: photonEnergyEV, dwellS: dwellS, sweeps: sweeps, passEnergyEV: passEnergyEV,
            transmission: transmission, isTransmissionCorrected: isCorrected)
        return try Region(settings: settings, intensities: expectation.map { Float(generator.poisson($0)) })
    }

    func counted(with generator: inout SeededGenerator) -> PeakWindow {
        let counts = expectation.map { generator.poisson($0) }
        let settings = try? RegionSettings(
            name: "", axis: .uniform(startEV: startEV, stepEV: stepEV, count: counts.count), ordinate: .counts)
        let region = settings.flatMap { try? Region(settings: $0, intensities: counts.map { Float($0) }) }
        return region.flatMap { PeakWindow($0, limitsEV: 0...10000) } ?? window
    }
}

/// SplitMix64, so that draws are the same everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func uniform() -> Double { Double.random(in: Double.leastNormalMagnitude..<1, using: &self) }

    mutating func normal() -> Double { (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform()) }

    /// Counts of a channel that expects so many; a rounded normal number where there are many.
    mutating func poisson(_ mean: Double) -> Double {
        guard mean > 0 else { return 0 }
        guard mean < 200 else { return max((mean + mean.squareRoot() * normal()).rounded(), 0) }
        var counts = -1.0
        var product = 1.0
        let limit = exp(-mean)
        repeat {
            counts += 1
            product *= uniform()
        } while product > limit
        return counts
    }
}
