import Foundation
import Spectroscopy
import Testing

struct SensitivityFactorsTests {
    private let carbon = PhotoelectronLine("C 1s")
    private let silicon = PhotoelectronLine("Si 2p")

    @Test func partsAreMultiplied() throws {
        let factor = try SensitivityFactors().factor(
            of: #require(carbon), photonEnergyEV: 1486.6, transmission: .power(exponent: -0.7))
        // KE = 1486.6 - 283.8 eV
        #expect(abs(factor.product - pow(1.2028, 0.05)) < 1e-4)
        #expect(factor.crossSection == 1 && factor.angular == 1)
    }

    @Test func angularFactorsAreReilmans() throws {
        #expect(abs(PhotoelectronGeometry.unpolarised(angleDegrees: 54.7356).factor(asymmetry: 2) - 1) < 1e-5)
        #expect(abs(PhotoelectronGeometry.unpolarised(angleDegrees: 90).factor(asymmetry: 2) - 1.5) < 1e-12)
        #expect(abs(PhotoelectronGeometry.linearlyPolarised(angleDegrees: 0).factor(asymmetry: 2) - 3) < 1e-12)
        #expect(abs(PhotoelectronGeometry.linearlyPolarised(angleDegrees: 90).factor(asymmetry: 2)) < 1e-12)
    }

    @Test func asymmetriesAreAskedForWhereTheyMatter() throws {
        let line = try #require(silicon)
        var factors = SensitivityFactors(geometry: .unpolarised(angleDegrees: 71))
        #expect(throws: QuantificationError.noAsymmetry(line: line)) {
            try factors.factor(of: line, photonEnergyEV: 1486.6, transmission: .dividedOut)
        }
        #expect(throws: Never.self) {
            try factors.factor(of: #require(carbon), photonEnergyEV: 1486.6, transmission: .dividedOut)
        }
        factors.asymmetries[line] = 1
        let angular = try factors.factor(of: line, photonEnergyEV: 1486.6, transmission: .dividedOut).angular
        #expect(abs(angular - (1 + 0.5 * (1.5 * pow(sin(71 * Double.pi / 180), 2) - 1))) < 1e-9)
        factors.asymmetries[line] = 3
        #expect(throws: QuantificationError.asymmetryOutOfRange(line: line, value: 3)) {
            try factors.factor(of: line, photonEnergyEV: 1486.6, transmission: .dividedOut)
        }
    }

    @Test func photonsThatDoNotReachALineAreNamed() throws {
        let line = try #require(carbon)
        #expect(throws: QuantificationError.noCrossSection(line: line, photonEnergyEV: 250)) {
            try SensitivityFactors().factor(of: line, photonEnergyEV: 250, transmission: .dividedOut)
        }
        let own = SensitivityFactors(overrides: [line: 0])
        #expect(throws: QuantificationError.factorNotPositive(line: line, value: 0)) {
            try own.factor(of: line, photonEnergyEV: 1486.6, transmission: .dividedOut)
        }
    }
}
