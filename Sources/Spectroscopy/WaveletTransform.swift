import Glibc

/// A window convolved with the second derivative of a Gaussian of one width, and the noise of the result.
struct WaveletTransform {
    /// A maximum of the transform.
    struct Maximum {
        let energyEV: Double
        let scaleEV: Double
        /// The transform there.
        let response: Double
        /// Its standard deviation.
        let noise: Double
        /// How far it rises above the higher of the dips beside it, in standard deviations.
        let prominence: Double

        var significance: Double { response / noise }
    }

    /// Full width at half maximum of a Gaussian of unit standard deviation.
    static let fwhmOfScale = 2 * (2 * log(2.0)).squareRoot()
    /// The wavelet ends at this many scales from its middle, where it is 0.5 % of its height.
    private static let reach = 4.0

    /// Places are this part of the scale apart, or the points of the window where these are farther apart.
    private static let placesPerScale = 5.0

    let scaleEV: Double
    private let energiesEV: [Double]
    private let responses: [Double]
    private let noises: [Double]

    init(of window: PeakWindow, scaleEV: Double) {
        self.scaleEV = scaleEV
        let (lowEV, highEV) = (window.energiesEV[0], window.energiesEV[window.count - 1])
        let widths = window.widthsEV
        var (energies, responses, noises) = ([Double](), [Double](), [Double]())
        var first = 0
        for energyEV in window.energiesEV {
            // Nearer to an end less than the wavelet's core is inside, and an end is no peak.
            guard energyEV - lowEV > 1.5 * scaleEV, highEV - energyEV > 1.5 * scaleEV else { continue }
            if let last = energies.last, energyEV - last < scaleEV / Self.placesPerScale { continue }
            while window.energiesEV[first] < energyEV - Self.reach * scaleEV { first += 1 }
            var end = first
            while end < window.count, window.energiesEV[end] <= energyEV + Self.reach * scaleEV { end += 1 }
            let weights = Self.weights(
                window.energiesEV[first..<end].map { ($0 - energyEV) / scaleEV }, widths: widths[first..<end])
            var (response, variance) = (0.0, 0.0)
            for (offset, weight) in weights.enumerated() {
                response += weight * window.intensities[first + offset]
                variance += weight * weight * window.variances[first + offset]
            }
            energies.append(energyEV)
            responses.append(response)
            noises.append(variance.squareRoot())
        }
        energiesEV = energies
        self.responses = responses
        self.noises = noises
    }

    /// What the transform of a Gaussian of unit height is at its maximum: `√(2π) g s³ / (g² + s²)^(3/2)`.
    static func response(toSigmaEV sigmaEV: Double, scaleEV: Double) -> Double {
        let sum = sigmaEV * sigmaEV + scaleEV * scaleEV
        return (2 * Double.pi).squareRoot() * sigmaEV * scaleEV * scaleEV * scaleEV / (sum * sum.squareRoot())
    }

    /// The maxima that stand out of the noise, ascending.
    func maxima(leastSignificance: Double) -> [Maximum] {
        var maxima: [Maximum] = []
        for index in responses.indices.dropFirst().dropLast()
        where responses[index] > responses[index - 1] && responses[index] >= responses[index + 1] {
            guard responses[index] >= leastSignificance * noises[index] else { continue }
            maxima.append(maximum(at: index))
        }
        return maxima
    }

    /// The transform at the point nearest to an energy, as it is.
    func maximum(nearEV energyEV: Double) -> Maximum {
        let nearest = energiesEV.indices.min {
            (energiesEV[$0] - energyEV).magnitude < (energiesEV[$1] - energyEV).magnitude
        }
        return maximum(at: nearest ?? 0)
    }

    private func maximum(at index: Int) -> Maximum {
        let here = responses[index]
        func dip(_ side: some Sequence<Int>) -> Double {
            var lowest = here
            for point in side {
                if responses[point] > here { break }
                lowest = min(lowest, responses[point])
            }
            return lowest
        }
        let higherDip = max(dip((0..<index).reversed()), dip((index + 1)..<responses.count))
        return Maximum(
            energyEV: vertexEV(around: index), scaleEV: scaleEV, response: here, noise: noises[index],
            prominence: (here - higherDip) / noises[index])
    }

    /// Where the parabola through a point and its neighbours has its top.
    private func vertexEV(around index: Int) -> Double {
        guard index > 0, index + 1 < responses.count else { return energiesEV[index] }
        let (left, here, right) = (responses[index - 1], responses[index], responses[index + 1])
        let bend = left - 2 * here + right
        guard bend < 0 else { return energiesEV[index] }
        let offset = min(max((left - right) / (2 * bend), -0.5), 0.5)
        let neighbour = offset > 0 ? energiesEV[index + 1] : energiesEV[index - 1]
        return energiesEV[index] + offset.magnitude * (neighbour - energiesEV[index])
    }

    /// The wavelet's weights, made blind to constants and slopes on these very points.
    ///
    /// A cut or uneven wavelet would take a background for a peak; what is subtracted is a line times the wavelet's
    /// own Gaussian, so that the weights stay where it is.
    private static func weights(_ positions: [Double], widths: ArraySlice<Double>) -> [Double] {
        var gaussians = [Double](repeating: 0, count: positions.count)
        var moments = (zero: 0.0, one: 0.0, two: 0.0)
        var wavelet = (zero: 0.0, one: 0.0)
        for (index, x) in positions.enumerated() {
            let square = x * x
            let gaussian = exp(-square / 2) * widths[widths.startIndex + index]
            gaussians[index] = gaussian
            moments.zero += gaussian
            moments.one += gaussian * x
            moments.two += gaussian * square
            wavelet.zero += gaussian * (1 - square)
            wavelet.one += gaussian * (1 - square) * x
        }
        let determinant = moments.zero * moments.two - moments.one * moments.one
        guard determinant > 0 else { return positions.map { _ in 0 } }
        let constant = (wavelet.zero * moments.two - wavelet.one * moments.one) / determinant
        let slope = (wavelet.one * moments.zero - wavelet.zero * moments.one) / determinant
        for (index, x) in positions.enumerated() { gaussians[index] *= 1 - x * x - constant - slope * x }
        return gaussians
    }
}
