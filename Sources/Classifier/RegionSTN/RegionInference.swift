import Foundation
import NeuralNetwork

/// What a network on regions answers to one spectrum.
public struct RegionAnswer: Sendable {
    /// One shift that fits, and what the spectrum shows under it.
    public struct Mode: Sendable {
        /// Its share of the probability.
        public var weight: Float
        /// The shift in eV.
        public var shiftEV: Float
        /// Its standard deviation in eV.
        public var sigmaEV: Float
        /// A probability for each group, given this shift.
        public var probabilities: [Float]
        /// The most probable combinations of groups, given this shift; empty of networks that tell none.
        public var combinations: [GroupCombination] = []
        /// Spread of the constituents' own shifts in eV, where they charge differently.
        public var spreadEV: Float
        /// Share of the visible atoms in adventitious carbon.
        public var contamination: Float
        /// The last layer of the reader's first reading.
        public var features: [Float]
        /// The noise-free aligned spectrum, pairs of cells, on the scale of the reading.
        public var reconstruction: [Float]
        /// The aligned spectrum as measured.
        public var aligned: [Float]
        /// log10 of the noise of 1 eV in each window, as the reading tells it; its upper bound where nothing was recorded
        /// of the window as it is aligned.
        public var noise: [Float]
        /// How much was recorded of each window as it is aligned, in eV.
        public var recordedEV: [Float]
    }

    /// The shifts that fit, the most probable first; their weights add up to 1.
    public let modes: [Mode]
    /// A probability for each group over all modes.
    public let probabilities: [Float]

    /// An answer of shifts in any order, their weights on any scale.
    ///
    /// - Precondition: There is one.
    init(modes: [Mode]) {
        let total = modes.reduce(0) { $0 + $1.weight }
        var sorted = modes.sorted { $0.weight > $1.weight }
        var probabilities = [Float](repeating: 0, count: sorted[0].probabilities.count)
        for index in sorted.indices {
            sorted[index].weight /= total
            let weight = sorted[index].weight
            for label in probabilities.indices { probabilities[label] += weight * sorted[index].probabilities[label] }
        }
        (self.modes, self.probabilities) = (sorted, probabilities)
    }

    /// The most probable combination of groups over all modes; nil of networks that tell none.
    public var combination: GroupCombination? {
        GroupCombination.mostProbable(modes.map { ($0.weight, $0.combinations) })
    }
}

/// Runs a network on regions: localise, read under every shift that fits, and align again by what each reading says of
/// its own error, until it stands still.
///
/// An answer that is read where it stands still depends on where the spectrum lies relative to the windows, not on the
/// offset it came with.
package enum RegionInference {
    /// An alignment that is this near to what its reading says of the shift stands still, in eV.
    private static let stillEV: Float = 0.001
    /// Readings of an alignment after the first, at most.
    private static let mostReadings = 8
    /// What a reading says of its error falls at least so fast as its error does, where a line through two is believed.
    private static let leastSlope: Float = 0.05
    /// The longest way that such a line may go, in eV.
    private static let largestStepEV: Float = 0.2
    /// Alignments that end within this distance of one another are one, in eV.
    private static let sameEV: Float = 0.1
    /// Alignments farther than this from the most probable one are none, in eV.
    ///
    /// So far CF2 lies from CH2, of which one can be taken for the other. What lies beyond would depend on the offset
    /// that a spectrum came with, since shifts are looked for within ±12 eV.
    private static let farthestEV: Float = 7.5

    /// Fine bins of the shift, of the width that the reader tells its error in.
    private static let fine = ShiftModes.Axis(
        bins: 2 * Int(((Float(CoreLevelWindow.roomEV) + 1) / AlignedReader.residualBinEV).rounded()) + 1,
        binEV: AlignedReader.residualBinEV)

    /// The answers to the first `batch` spectra of the network's input.
    package static func answers(of network: RegionSTN, batch: Int) -> [RegionAnswer] {
        guard batch > 0 else { return [] }
        network.localise(batch: batch)
        var first: [(alignment: RegionSTN.Alignment, weight: Float)] = []
        for row in 0..<batch {
            for mode in network.localiser.posterior(ofRow: row).modes {
                first.append((.init(row: row, shiftEV: mode.shiftEV), mode.weight))
            }
        }
        var posteriors = [Float](repeating: 0, count: batch * fine.bins)
        read(first, with: network) { row, alignment, weight in
            deposit(network.reader, row: row, alignment: alignment, weight: weight, into: &posteriors)
        }
        var second: [(alignment: RegionSTN.Alignment, weight: Float)] = []
        for row in 0..<batch {
            let p = posteriors.span.extracting(row * fine.bins..<(row + 1) * fine.bins)
            for mode in ShiftModes(p, axis: fine, leastWeight: 0.03, most: 5, within: farthestEV).modes {
                second.append((.init(row: row, shiftEV: mode.shiftEV), mode.weight))
            }
        }
        var modes = [[RegionAnswer.Mode]](repeating: [], count: batch)
        for (row, mode) in settle(second, with: network) { insert(mode, into: &modes[row]) }
        return modes.map { modes in
            let first = modes.max { $0.weight < $1.weight }?.shiftEV ?? 0
            // Weights that overflow leave no number, whose answer must be said to be none, not dropped.
            return RegionAnswer(modes: modes.filter { !(abs($0.shiftEV - first) > farthestEV) })
        }
    }

    /// The modes that alignments end in, in the alignments' order.
    private static func settle(
        _ alignments: [(alignment: RegionSTN.Alignment, weight: Float)], with network: RegionSTN
    ) -> [(row: Int, mode: RegionAnswer.Mode)] {
        var modes = [RegionAnswer.Mode?](repeating: nil, count: alignments.count)
        var chains = [[Float]](repeating: [], count: alignments.count)
        var moving = Array(alignments.indices)
        var current = alignments
        var last = [(shiftEV: Float, leftEV: Float)?](repeating: nil, count: alignments.count)
        let roomEV = network.sampler.largestShift * Float(CoreLevelWindow.cellEV)
        for reading in 1...mostReadings where !moving.isEmpty {
            var index = 0
            var next: [Int] = []
            read(moving.map { current[$0] }, with: network) { row, alignment, weight in
                let place = moving[index]
                index += 1
                let left = moments(residual(network.reader.residualScores, row: row))
                // What is left as a Float of the shift's size holds it.
                let leftEV = alignment.shiftEV + left.mean - alignment.shiftEV
                let moved = alignment.shiftEV + step(leftEV, at: alignment.shiftEV, after: last[place])
                // Beyond the windows' room every alignment reads the same.
                let nextEV = min(max(moved, -roomEV), roomEV)
                guard reading < mostReadings, abs(leftEV) > stillEV, nextEV != alignment.shiftEV else {
                    let mode = mode(of: network.reader, row: row, alignment: alignment, weight: weight, left: left)
                    modes[place] = mode
                    chains[place] = network.reader.chain.array(
                        row: row, of: GroupChain.scores(ofGroups: mode.probabilities.count))
                    return
                }
                current[place].alignment.shiftEV = nextEV
                last[place] = (alignment.shiftEV, leftEV)
                next.append(place)
            }
            moving = next
        }
        return alignments.indices.compactMap { place in
            guard var mode = modes[place] else { return nil }
            mode.combinations = GroupChain.combinations(chains[place], groups: mode.probabilities.count)
            return (alignments[place].alignment.row, mode)
        }
    }

    /// How far to move an alignment that is off by `leftEV` as its reading says: by that at first, then to where a line
    /// through two readings says that nothing is left (the secant method).
    private static func step(
        _ leftEV: Float, at shiftEV: Float, after last: (shiftEV: Float, leftEV: Float)?
    ) -> Float {
        guard let last else { return leftEV }
        let slope = (leftEV - last.leftEV) / (shiftEV - last.shiftEV)
        // Readings tell part of their error, or all of it.
        guard slope < -leastSlope else { return leftEV }
        return max(-largestStepEV, min(-leftEV / slope, largestStepEV))
    }

    /// Adds a mode, or its weight to the one that it turned out to be.
    private static func insert(_ mode: RegionAnswer.Mode, into modes: inout [RegionAnswer.Mode]) {
        if let same = modes.firstIndex(where: { abs($0.shiftEV - mode.shiftEV) < sameEV }) {
            modes[same].weight += mode.weight
        } else {
            modes.append(mode)
        }
    }

    /// Reads under all alignments, as many at a time as there is memory for.
    private static func read(
        _ alignments: [(alignment: RegionSTN.Alignment, weight: Float)], with network: RegionSTN,
        _ body: (Int, RegionSTN.Alignment, Float) -> Void
    ) {
        var start = 0
        while start < alignments.count {
            let part = alignments[start..<min(start + network.input.maxBatch, alignments.count)]
            network.read(part.map(\.alignment))
            for (row, entry) in part.enumerated() { body(row, entry.alignment, entry.weight) }
            start += part.count
        }
    }

    /// Adds what a reading says of the shift to the spectrum's fine distribution.
    private static func deposit(
        _ reader: AlignedReader, row: Int, alignment: RegionSTN.Alignment, weight: Float, into posteriors: inout [Float]
    ) {
        let p = residual(reader.residualScores, row: row)
        let first = fine.position(ofShiftEV: alignment.shiftEV - AlignedReader.residualReachEV)
        let start = Int(first.rounded(.down))
        let fraction = first - first.rounded(.down)
        for bin in p.indices {
            for (offset, share) in [(0, 1 - fraction), (1, fraction)] {
                let target = min(max(start + bin + offset, 0), fine.bins - 1)
                posteriors[alignment.row * fine.bins + target] += weight * p[bin] * share
            }
        }
    }

    private static func mode(
        of reader: AlignedReader, row: Int, alignment: RegionSTN.Alignment, weight: Float,
        left: (mean: Float, sigma: Float)
    ) -> RegionAnswer.Mode {
        let labels = reader.logits.count / (reader.input.count / reader.inputs)
        let pairs = CoreLevelWindow.layout.alignedCount / 2
        return RegionAnswer.Mode(
            weight: weight, shiftEV: alignment.shiftEV + left.mean, sigmaEV: left.sigma,
            probabilities: (0..<labels).map { BinaryCrossEntropy.probability(reader.logits[row * labels + $0]) },
            spreadEV: max(0, reader.amounts[2 * row]), contamination: min(max(0, reader.amounts[2 * row + 1]), 1),
            features: reader.features.array(row: row, of: AlignedReader.featureWidth),
            reconstruction: reader.reconstruction.array(row: row, of: pairs),
            aligned: reader.input.withSpan(row * reader.inputs..<row * reader.inputs + pairs) { span in
                (0..<pairs).map { span[$0] }
            },
            noise: reader.noise(ofRow: row), recordedEV: reader.recordedEV(ofRow: row))
    }

    /// The distribution of what is left of the shift.
    private static func residual(_ scores: Buffer, row: Int) -> [Float] {
        let z = scores.array(row: row, of: AlignedReader.residualBins)
        let top = z.max() ?? 0
        let p = z.map { exp($0 - top) }
        let sum = p.reduce(0, +)
        return p.map { $0 / sum }
    }

    /// Mean and standard deviation in eV of what is left, within reach of the alignment.
    private static func moments(_ p: [Float]) -> (mean: Float, sigma: Float) {
        var (mean, square): (Float, Float) = (0, 0)
        for bin in p.indices {
            let distance = Float(bin) * AlignedReader.residualBinEV - AlignedReader.residualReachEV
            mean += p[bin] * distance
            square += p[bin] * distance * distance
        }
        return (mean, max(square - mean * mean, 1e-6).squareRoot())
    }
}
