import Glibc
import Spectroscopy

/// An endless, seeded stream of labelled spectra of polymer mixtures (Saddiq et al., arXiv 2603.05350).
///
/// A spectrum is 2 to 4 polymers drawn with replacement, mixed by fractions that are uniform and then normalised to
/// 1; the polymers' own spectra have unit area before they are mixed, so a fraction is one of area, not of amount. The
/// mixture is shifted by a whole number of steps, uniform in ±`maxShiftEV`, broadened by a Gaussian of
/// |N(0, 0.4)| points, and its area (intensity times step, in eV) normalised to 1. The labels are the union of the
/// constituents' labels.
///
/// A shift reads the constituents at an offset on an axis that goes beyond the grid, so the ends of the spectrum hold
/// what really lies there. The same seed gives the same stream, bit for bit.
public struct MixtureGenerator: Sendable {
    /// The largest shift a generator can be asked for, in eV.
    public static let largestShiftEV = 20.0
    /// How many polymers a mixture holds.
    public static let constituents = 2...4
    /// Standard deviation of the broadening's sigma, in points.
    public static let broadeningPoints = 0.4

    /// Points of a spectrum.
    public let spectrumCount: Int
    /// Labels of a spectrum.
    public let labelCount: Int
    /// Shifts lie within ± this, in eV.
    public let maxShiftEV: Double
    /// The polymers of the last spectrum, one perhaps twice, and their shares of its area before they are brought to 1.
    public private(set) var lastMixture: (polymers: [Int], amounts: [Double]) = ([], [])

    /// Widest broadening kernel, in points to each side: 4 sigma of the 10 sigma case.
    private static let largestRadius = 16

    private let references: ReferenceSpectra
    private let polymerLabels: [Float]
    private let polymerCount: Int
    private let stepEV: Double
    private let maxShiftSteps: Int
    private var random: RandomSource
    private var blend: [Float]

    /// A stream of mixtures of a library's polymers on the standard grid.
    ///
    /// - Precondition: `maxShiftEV` lies in 0...`largestShiftEV`.
    public init(library: PolymerLibrary, maxShiftEV: Double, seed: UInt64) {
        self.init(
            labels: library.polymers.map(\.labels), labelCount: library.functionalGroups.count, maxShiftEV: maxShiftEV,
            seed: seed
        ) { ReferenceSpectra(library: library, grid: .standard, padding: $0) }
    }

    /// A stream of mixtures of reference spectra, measured ones for instance.
    ///
    /// What a shift brings in from beyond the grid is what the files hold there, and zero where they hold nothing: the
    /// paper's own rule, which lets a network see the shift by where the data end.
    ///
    /// - Precondition: `maxShiftEV` lies in 0...`largestShiftEV`.
    public init(spectra: SpectralLibrary, maxShiftEV: Double, seed: UInt64) {
        self.init(
            labels: spectra.entries.map(\.labels), labelCount: spectra.functionalGroups.count, maxShiftEV: maxShiftEV,
            seed: seed
        ) { ReferenceSpectra(spectra: spectra, padding: $0) }
    }

    private init(
        labels: [[Bool]], labelCount: Int, maxShiftEV: Double, seed: UInt64,
        references: (_ padding: Int) -> ReferenceSpectra
    ) {
        precondition(
            (0...Self.largestShiftEV).contains(maxShiftEV), "a shift of at most \(Self.largestShiftEV) eV, not below 0")
        let grid = EnergyGrid.standard
        // A maximum such as 0.3 is not a multiple of 0.1 in binary; it must not lose its last step to that.
        maxShiftSteps = Int((maxShiftEV / grid.stepEV + 1e-6).rounded(.down))
        self.maxShiftEV = maxShiftEV
        self.references = references(maxShiftSteps + Self.largestRadius)
        polymerCount = labels.count
        polymerLabels = labels.flatMap { $0.map { $0 ? 1 : 0 } }
        spectrumCount = grid.count
        self.labelCount = labelCount
        stepEV = grid.stepEV
        random = RandomSource(seed: seed)
        blend = [Float](repeating: 0, count: grid.count + 2 * Self.largestRadius)
    }

    /// Goes over to the stream of another seed, at the cost of a few numbers: how single spectra of a set are found
    /// again without being stored.
    public mutating func restart(seed: UInt64) {
        random = RandomSource(seed: seed)
    }

    /// Draws the next spectrum.
    ///
    /// - Parameters:
    ///   - spectrum: `spectrumCount` intensities per eV, of unit area.
    ///   - labels: `labelCount` values of 0 or 1.
    /// - Returns: The applied shift in eV, positive to higher binding energy.
    public mutating func next(spectrum: inout MutableSpan<Float>, labels: inout MutableSpan<Float>) -> Float {
        precondition(spectrum.count == spectrumCount && labels.count == labelCount, "one spectrum and its labels")
        let mixture = draw()
        lastMixture = (mixture.polymers, mixture.fractions)
        union(of: mixture.polymers, into: &labels)
        compose(mixture, into: &spectrum)
        return Float(Double(mixture.shiftSteps) * stepEV)
    }

    /// What is drawn for one spectrum.
    private struct Mixture {
        var polymers: [Int]
        var fractions: [Double]
        var shiftSteps: Int
        var sigmaPoints: Double
    }

    private mutating func draw() -> Mixture {
        let count = random.integer(in: Self.constituents)
        var mixture = Mixture(polymers: [], fractions: [], shiftSteps: 0, sigmaPoints: 0)
        for _ in 0..<count {
            mixture.polymers.append(random.integer(in: 0...polymerCount - 1))
            mixture.fractions.append(random.uniform())
        }
        mixture.shiftSteps = random.integer(in: -maxShiftSteps...maxShiftSteps)
        mixture.sigmaPoints = abs(random.normal()) * Self.broadeningPoints
        return mixture
    }

    private func union(of polymers: [Int], into labels: inout MutableSpan<Float>) {
        for group in 0..<labelCount {
            var label: Float = 0
            for polymer in polymers { label = max(label, polymerLabels[polymer * labelCount + group]) }
            labels[group] = label
        }
    }

    /// Blends the constituents' rows, each read at the shift's offset, then broadens them into the spectrum.
    private mutating func compose(_ mixture: Mixture, into spectrum: inout MutableSpan<Float>) {
        let kernel = Self.kernel(sigmaPoints: mixture.sigmaPoints)
        let radius = kernel.count - 1
        // Shifted to higher energy by s steps, the point i shows what lay at i - s.
        let offset = references.padding - mixture.shiftSteps
        let scale = 1 / area(of: mixture, kernel: kernel, offset: offset)
        // The blend's point i lies in a row at i + first.
        let first = offset - radius
        let blended = first..<first + spectrumCount + 2 * radius
        let runs = runs(of: mixture.polymers, within: blended, margin: radius)
        references.rows.withUnsafeBufferPointer { rows in
            blend.withUnsafeMutableBufferPointer { blend in
                guard let rows = rows.baseAddress, let blend = blend.baseAddress else { return }
                blend.update(repeating: 0, count: blended.count)
                for (index, polymer) in mixture.polymers.enumerated() {
                    let row = rows + polymer * references.stride
                    let weight = Float(mixture.fractions[index] * scale)
                    for run in references.runs[polymer] {
                        for i in run.clamped(to: blended) { blend[i - first] += weight * row[i] }
                    }
                }
                spectrum.withUnsafeMutableBufferPointer { spectrum in
                    guard let spectrum = spectrum.baseAddress else { return }
                    spectrum.update(repeating: 0, count: spectrumCount)
                    for run in runs {
                        let range = (run.lowerBound - offset..<run.upperBound - offset).clamped(to: 0..<spectrumCount)
                        Self.convolve(blend + radius, kernel: kernel, into: spectrum, range)
                    }
                }
            }
        }
    }

    /// The stretches of the rows that hold anything of any of the polymers, widened by a margin, none twice.
    private func runs(of polymers: [Int], within blended: Range<Int>, margin: Int) -> [Range<Int>] {
        var merged: [Range<Int>] = []
        let all = polymers.flatMap { references.runs[$0] }.sorted { $0.lowerBound < $1.lowerBound }
        for run in all where run.overlaps(blended) {
            let wide = run.lowerBound - margin..<run.upperBound + margin
            if let last = merged.last, wide.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, wide.upperBound)
            } else {
                merged.append(wide)
            }
        }
        return merged
    }

    /// The spectrum's area before normalisation, exactly: the kernel's taps read windows whose areas are known.
    private func area(of mixture: Mixture, kernel: [Float], offset: Int) -> Double {
        let windowsPerPolymer = 2 * references.padding + 1
        var total = 0.0
        for (polymer, fraction) in zip(mixture.polymers, mixture.fractions) {
            let centre = polymer * windowsPerPolymer + offset
            var area = Double(kernel[0]) * references.windowAreas[centre]
            for tap in 1..<kernel.count {
                area +=
                    Double(kernel[tap])
                    * (references.windowAreas[centre - tap] + references.windowAreas[centre + tap])
            }
            total += fraction * area
        }
        return total
    }

    /// One half of a sampled Gaussian, centre first, cut at 4 sigma and normalised.
    private static func kernel(sigmaPoints: Double) -> [Float] {
        let radius = min(Int(4 * sigmaPoints + 0.5), largestRadius)
        guard radius > 0 else { return [1] }
        let taps = (0...radius).map { exp(-Double($0 * $0) / (2 * sigmaPoints * sigmaPoints)) }
        let sum = 2 * taps.reduce(0, +) - taps[0]
        return taps.map { Float($0 / sum) }
    }

    /// `output[i] = k₀ input[i] + Σ kⱼ (input[i - j] + input[i + j])`; `input` reaches the radius beyond the range.
    private static func convolve(
        _ input: UnsafePointer<Float>, kernel: [Float], into output: UnsafeMutablePointer<Float>, _ range: Range<Int>
    ) {
        let centre = kernel[0]
        for i in range { output[i] = centre * input[i] }
        for tap in 1..<kernel.count {
            let weight = kernel[tap]
            let low = input - tap
            let high = input + tap
            for i in range { output[i] += weight * (low[i] + high[i]) }
        }
    }
}
