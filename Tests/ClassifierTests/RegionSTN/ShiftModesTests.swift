import Classifier
import Foundation
import Testing

@Suite struct ShiftModesTests {
    static let axis = ShiftModes.Axis(bins: 161, binEV: 0.1)

    /// A distribution of Gaussian peaks at the given shifts, with the given weights.
    func distribution(_ peaks: [(shiftEV: Double, weight: Double)], sigmaEV: Double = 0.15) -> [Float] {
        let p = (0..<Self.axis.bins).map { bin in
            peaks.reduce(0.0) { sum, peak in
                let distance = (Double(Self.axis.shiftEV(ofBin: bin)) - peak.shiftEV) / sigmaEV
                return sum + peak.weight * exp(-distance * distance / 2)
            }
        }
        return p.map { Float($0 / p.reduce(0, +)) }
    }

    func modes(_ p: [Float], leastWeight: Float = 0.02, most: Int = 5) -> [ShiftModes.Mode] {
        ShiftModes(p.span, axis: Self.axis, leastWeight: leastWeight, most: most).modes
    }

    @Test func axisIsSymmetric() {
        #expect(Self.axis.shiftEV(ofBin: 80) == 0 && abs(Self.axis.shiftEV(ofBin: 0) + 8) < 1e-5)
        #expect(abs(Self.axis.position(ofShiftEV: 1.25) - 92.5) < 1e-4)
    }

    @Test func separatedPeaks() {
        let modes = modes(distribution([(-1.3, 0.3), (1.0, 0.6), (4.05, 0.1)]))
        #expect(modes.count == 3)
        for (mode, (shiftEV, weight)) in zip(modes, [(1.0, 0.6), (-1.3, 0.3), (4.05, 0.1)]) {
            #expect(abs(Double(mode.shiftEV) - shiftEV) < 1e-3 && abs(Double(mode.weight) - weight) < 1e-3)
        }
        #expect(abs(modes.reduce(0) { $0 + $1.weight } - 1) < 1e-5, "no probability is lost between the modes")
    }

    @Test func plateauIsOneMode() {
        let p = (0..<Self.axis.bins).map { (70...90).contains($0) ? Float(1) / 21 : 0 }
        let flat = modes(p)
        #expect(flat.count == 1 && abs(flat[0].weight - 1) < 1e-5)
        // Ripples of a quarter are no valleys either.
        let rippled = p.enumerated().map { $0.offset % 2 == 0 ? $0.element : 0.75 * $0.element }
        #expect(modes(rippled).count == 1)
        let uniform = modes([Float](repeating: 1 / Float(Self.axis.bins), count: Self.axis.bins))
        #expect(uniform.count == 1 && abs(uniform[0].weight - 1) < 1e-5)
    }

    /// A shoulder belongs to its peak; a valley below 0.6 of the lower peak divides them, wherever the higher one is.
    @Test(arguments: [false, true]) func shoulder(mirrored: Bool) {
        func count(_ values: [Float]) -> Int {
            var p = [Float](repeating: 0, count: Self.axis.bins)
            let bins = mirrored ? values.reversed() : values
            p.replaceSubrange(80..<80 + bins.count, with: bins)
            return modes(p, leastWeight: 0).filter { $0.weight > 0 }.count
        }
        #expect(count([0.1, 0.5, 0.2, 0.15, 0.05]) == 1)
        #expect(count([0.5, 0.13, 0.2, 0.05]) == 1)
        #expect(count([0.5, 0.11, 0.2, 0.05]) == 2)
        #expect(count([0.5, 0.11, 0.17, 0.2, 0.13, 0.2]) == 2)
    }

    @Test func peaksAtTheEnds() {
        let modes = modes(distribution([(-8, 0.7), (8, 0.3)]))
        #expect(modes.count == 2 && modes[0].shiftEV < -7.8 && modes[1].shiftEV > 7.8)
        #expect(modes[0].bins.lowerBound == 0 && modes[1].bins.upperBound == Self.axis.bins)
    }

    /// The mean is taken near the peak: a far tail does not pull it.
    @Test func meanIsTakenNearThePeak() {
        var p = distribution([(0, 1)])
        for bin in 100..<161 { p[bin] += 0.002 }
        let mode = modes(p, leastWeight: 0)[0]
        #expect(abs(mode.shiftEV) < 0.02 && mode.bins == 72..<89)
    }

    @Test func leavesOutTheImprobable() {
        let p = distribution([(-4, 0.5), (-2, 0.2), (0, 0.15), (2, 0.1), (4, 0.05)])
        #expect(modes(p).count == 5)
        #expect(modes(p, leastWeight: 0.12).map { ($0.shiftEV).rounded() } == [-4, -2, 0])
        #expect(modes(p, most: 2).count == 2)
        #expect(modes(p, leastWeight: 0.9, most: 1).count == 1, "the first is never left out")
    }

    /// What lies too far from the first weighs nothing, whether it is in the range or beyond its end.
    @Test func modesWithinReachShareTheWeight() {
        let p = distribution([(-5, 0.3), (1, 0.4), (3, 0.2), (6, 0.1)])
        let near = ShiftModes(p.span, axis: Self.axis, leastWeight: 0.02, most: 5, within: 3).modes
        #expect(near.map { $0.shiftEV.rounded() } == [1, 3])
        #expect(abs(near[0].weight - 2.0 / 3) < 0.01 && abs(near[1].weight - 1.0 / 3) < 0.01)
    }

    @Test func findsTheModeOfAKnownShift() {
        let found = ShiftModes(
            distribution([(-1, 0.5), (1, 0.5)]).span, axis: Self.axis, leastWeight: 0.02, most: 5)
        #expect(found.mode(nearestTo: 0.8, within: 0.4).map { abs($0.shiftEV - 1) < 0.01 } == true)
        #expect(found.mode(nearestTo: 0, within: 0.4) == nil)
    }
}
