import Spectroscopy
import Testing

struct BackgroundTests {
    private let line = SyntheticWindow(
        lines: [.init(energyEV: 287, height: 1000), .init(energyEV: 290, height: 400, fwhmEV: 1.6)])

    @Test func aStraightLineIsFound() {
        let energies = (0..<50).map { 280 + Double($0) * 0.2 }
        let window = PeakWindow(energiesEV: energies, intensities: energies.map { 3 * $0 - 100 })
        let estimate = LinearBackground().estimate(under: window)
        for (value, expected) in zip(estimate.values, window.intensities) { #expect(abs(value - expected) < 1e-9) }
        #expect(abs(LinearBackground().area(of: window).value) < 1e-6)
    }

    @Test(arguments: [0.005, 0.05, 0.3])
    func shirleyFindsTheStepOfItsOwnKind(stepFraction: Double) {
        var spectrum = line
        spectrum.stepFraction = stepFraction
        spectrum.offset = 200
        let area = ShirleyBackground().area(of: spectrum.window)
        #expect(area.background.isConverged)
        #expect(area.background.iterations < 30)
        #expect((area.value / spectrum.area - 1).magnitude < 0.002)
    }

    @Test func shirleySaysWhenThereIsNothingUnderWhichToDrawIt() {
        let energies = (0..<60).map { 280 + Double($0) * 0.1 }
        let dip = energies.map { 1000 + 20 * ($0 - 280) - 300 / (1 + ($0 - 283) * ($0 - 283)) }
        let estimate = ShirleyBackground().estimate(under: PeakWindow(energiesEV: energies, intensities: dip))
        #expect(!estimate.isConverged)
        #expect(
            estimate.values
                == LinearBackground().estimate(
                    under: PeakWindow(energiesEV: energies, intensities: dip)
                ).values)
        let hasty = ShirleyBackground(iterationLimit: 1).estimate(
            under: SyntheticWindow(lines: line.lines, stepFraction: 0.3).window)
        #expect(hasty.problem?.contains("did not settle in 1 steps") == true)
    }

    /// j = F + ∫ K j, solved from low binding energy up, is what the background is the inverse of.
    @Test(arguments: [
        TougaardBackground.LossFunction.universal, .polymer, .init(bEV2: 335.4, cEV2: 551, dEV2: 436, gapEV: 3),
    ])
    func tougaardTakesOffWhatItPutsOn(lossFunction: TougaardBackground.LossFunction) {
        var spectrum = line
        spectrum.endEV = 330
        let energies = spectrum.energiesEV
        var measured = spectrum.expectation
        for index in energies.indices {
            for source in 0..<index {
                measured[index] +=
                    lossFunction.density(atLossEV: energies[index] - energies[source]) * measured[source] * 0.1
            }
        }
        let window = PeakWindow(energiesEV: energies, intensities: measured.map { $0 + 50 })
        let area = TougaardBackground(lossFunction, strength: .theory).area(of: window)
        #expect((area.value / spectrum.area - 1).magnitude < 0.002)
        // Where theory holds, meeting the high end changes little.
        let met = TougaardBackground(lossFunction).area(of: window)
        #expect((met.value / area.value - 1).magnitude < 0.02)
    }

    @Test func lossFunctionsAreTougaards() {
        // The universal function has its maximum at √(C/3) = 23.4 eV and integrates to B/2C = 0.87.
        let universal = TougaardBackground.LossFunction.universal
        let integral = (0..<200_000).reduce(0) { $0 + universal.density(atLossEV: Double($1) * 0.01) * 0.01 }
        #expect((integral - 2866 / (2 * 1643.0)).magnitude < 0.001)
        #expect(TougaardBackground.LossFunction(bEV2: 1, cEV2: 1, dEV2: 1, gapEV: 5).density(atLossEV: 4.9) == 0)
    }

    @Test(arguments: [10.0, 1e4])
    func theStatedErrorOfAnAreaIsItsScatter(height: Double) {
        var generator = SeededGenerator(seed: 17)
        let spectrum = SyntheticWindow(
            lines: [.init(energyEV: 287, height: height)], stepFraction: 0.02, offset: height / 2)
        for background: any Background in [LinearBackground(), ShirleyBackground()] {
            var areas: [Double] = []
            var stated = 0.0
            for _ in 0..<150 {
                let area = background.area(of: spectrum.counted(with: &generator))
                areas.append(area.value)
                stated += area.variance / 150
            }
            let mean = areas.reduce(0, +) / 150
            let scatter = areas.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 149
            // 150 draws know a variance to 7 %.
            #expect((scatter / stated - 1).magnitude < 0.4, "\(background.name): \(scatter) and \(stated)")
            if height > 10 {
                #expect((mean / spectrum.area - 1).magnitude < (background is LinearBackground ? 0.15 : 0.03))
            }
        }
    }

    @Test func noiseOfUnknownScaleIsEstimated() {
        var generator = SeededGenerator(seed: 23)
        let counted = SyntheticWindow(stepEV: 0.02, lines: [.init(energyEV: 287, height: 5000)], offset: 3000)
            .counted(with: &generator)
        // One event is 0.04 of the unit.
        let window = PeakWindow(energiesEV: counted.energiesEV, intensities: counted.intensities.map { $0 * 0.04 })
        #expect(window.isNoiseEstimated && !counted.isNoiseEstimated)
        let estimated: Double = window.variances.reduce(0, +)
        let known: Double = counted.variances.reduce(0, +) * 0.04 * 0.04
        let ratio = estimated / known
        #expect((ratio - 1).magnitude < 0.2, "\(ratio)")
    }
}
