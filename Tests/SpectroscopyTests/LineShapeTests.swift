import Spectroscopy
import Testing

@Suite("Line shape")
struct LineShapeTests {
    @Test(
        "has unit area from Gaussian to Lorentzian", arguments: [0, 0.005, 0.0099, 0.0101, 0.15, 0.5, 0.9] as [Double])
    func area(fraction: Double) {
        let line = LineShape(centreEV: 285.1, fwhmEV: 1.1, lorentzianFraction: fraction)
        let stepEV = 0.01
        let area = stride(from: 285.1 - 60, through: 285.1 + 60, by: stepEV).reduce(0) {
            $0 + line.density(atEV: $1) * stepEV
        }
        #expect(abs(area - 1) < 1e-4)
    }

    @Test("a pure Lorentzian has the area of one up to where it is summed")
    func lorentzian() {
        let line = LineShape(centreEV: 0, fwhmEV: 1, lorentzianFraction: 1)
        // 2/(πF) at the centre, half of it at ± F/2.
        #expect(abs(line.density(atEV: 0) - 2 / Double.pi) < 1e-12)
        #expect(abs(line.density(atEV: 0.5) - 1 / Double.pi) < 1e-12)
    }

    @Test("is symmetric, and half height is at half its width within 4 %")
    func width() {
        for fraction in [0, 0.15, 1] as [Double] {
            let line = LineShape(centreEV: 100, fwhmEV: 2, lorentzianFraction: fraction)
            #expect(line.density(atEV: 99) == line.density(atEV: 101))
            #expect(abs(line.density(atEV: 101) / line.density(atEV: 100) - 0.5) < 0.02)
        }
    }
}
