/// Draws samples: which polymers, how much of each, and what lies on them.
struct SampleSource: Sendable {
    /// How often a sample holds one, two, three or four polymers.
    static let countShares = [0.30, 0.35, 0.25, 0.10]
    /// How often a polymer is drawn through its groups, each as likely, rather than from the whole library: so that
    /// rare groups are seen.
    static let groupedShare = 0.5
    /// How many samples hold only polymers without the commonest group (alkane, in 86 of 104 polymers): its presence
    /// could else be guessed without a look.
    static let withoutCommonestShare = 0.15
    /// Where the rare heavy contamination ends, as a share of the visible atoms, and how rare it is.
    static let heaviestContamination = 0.35
    static let heavyShare = 0.1

    /// How often a foreign material carries contamination alone.
    static let bareShare = 0.4

    private let labels: [[Float]]
    /// The polymers that carry each group which any polymer carries.
    private let carriers: [[Int]]
    /// The polymers without the commonest group.
    private let withoutCommonest: [Int]
    private let table: SubstanceTable
    private let effects: InstrumentEffects
    private let plan: MeasurementPlan

    init(library: PolymerLibrary, table: SubstanceTable, effects: InstrumentEffects, plan: MeasurementPlan) {
        labels = library.polymers.map { $0.labels.map { $0 ? 1 : 0 } }
        carriers = library.functionalGroups.indices.map { group in
            library.polymers.indices.filter { library.polymers[$0].labels[group] }
        }.filter { !$0.isEmpty }
        let commonest = library.support.indices.max { library.support[$0] < library.support[$1] } ?? 0
        withoutCommonest = library.polymers.indices.filter { !library.polymers[$0].labels[commonest] }
        self.table = table
        self.effects = effects
        self.plan = plan
    }

    /// Draws the sample of a measurement: constituents without shifts, portions in the same order, then contamination.
    func draw(
        _ draw: UInt64, _ random: inout RandomSource, contamination: inout RandomSource,
        foreign: inout RandomSource, into measurement: inout Measurement
    ) {
        measurement.constituents.removeAll(keepingCapacity: true)
        measurement.truth.portions.removeAll(keepingCapacity: true)
        measurement.truth.foreign.removeAll(keepingCapacity: true)
        if effects.foreignMaterial.isOn, plan.sample == .drawn, foreign.chance(effects.foreignMaterial.share) {
            let isBare = foreign.chance(Self.bareShare)
            drawForeign(&foreign, isBare: isBare, into: &measurement)
            if isBare {
                label(&measurement)
                return
            }
        }
        let carbon = carbonShare(&contamination)
        let silicone = siliconeShare(&contamination)
        let clean = 1 - carbon - silicone
        let left = clean * (1 - measurement.truth.foreign.reduce(0) { $0 + $1.share })
        for index in measurement.truth.foreign.indices { measurement.truth.foreign[index].share *= clean }
        if case .unfamiliar(let material) = plan.sample {
            let variants = table.unfamiliar[material] ?? table.silicone..<table.silicone + 1
            let variant = random.integer(in: variants.lowerBound...variants.upperBound - 1)
            measurement.truth.portions.append(.init(substance: variant, share: left, shiftEV: 0))
        } else {
            drawPolymers(draw, &random, into: &measurement)
            for constituent in measurement.constituents {
                measurement.truth.portions.append(
                    .init(substance: constituent.polymer, share: left * constituent.fraction, shiftEV: 0))
            }
        }
        if carbon > 0 {
            measurement.truth.portions.append(
                .init(substance: table.adventitiousCarbon, share: carbon, shiftEV: 0))
        }
        if silicone > 0 {
            measurement.truth.portions.append(.init(substance: table.silicone, share: silicone, shiftEV: 0))
        }
        measurement.contamination = carbon
        label(&measurement)
    }

    /// Whether each element of the constituents has its main line, moved by the shift, well inside a recorded region.
    func coversElements(of measurement: Measurement) -> Bool {
        guard !measurement.constituents.isEmpty else { return false }
        var missing: UInt64 = 0
        var rescued: UInt64 = 0
        for (polymer, _, shiftEV) in measurement.constituents {
            for line in table.lines[table.ranges[polymer]] where line.isMain || line.isAlternative {
                let energyEV = line.energyEV + shiftEV
                let isInside = measurement.setup.recordings.contains {
                    energyEV >= $0.startEV + Self.marginEV && energyEV <= $0.endEV - Self.marginEV
                }
                if line.isMain, !isInside { missing |= 1 << UInt64(line.element) }
                if line.isAlternative, isInside { rescued |= 1 << UInt64(line.element) }
            }
        }
        return missing & ~rescued == 0
    }

    /// How far inside a region a line must lie to be recorded, in eV.
    private static let marginEV = 1.0

    /// Foreign material under the polymers, or under contamination alone.
    private func drawForeign(_ random: inout RandomSource, isBare: Bool, into measurement: inout Measurement) {
        let share = random.uniform(in: isBare ? ForeignMaterial.bareShares : effects.foreignMaterial.range)
        var sum = 0.0
        for (number, species) in ForeignMaterial.species.enumerated() {
            let isThere = random.chance(species.chance)
            let amount = random.exponential()
            guard isThere else { continue }
            measurement.truth.foreign.append(
                .init(substance: table.foreign.lowerBound + number, share: amount, shiftEV: 0))
            sum += amount
        }
        for index in measurement.truth.foreign.indices { measurement.truth.foreign[index].share *= share / sum }
        guard isBare else { return }
        let carbon = measurement.truth.foreign.isEmpty ? 1 : 1 - share
        measurement.truth.portions.append(.init(substance: table.adventitiousCarbon, share: carbon, shiftEV: 0))
        measurement.contamination = carbon
    }

    private func drawPolymers(_ draw: UInt64, _ random: inout RandomSource, into measurement: inout Measurement) {
        let count: Int
        switch plan.sample {
        case .pureInTurn:
            let polymer = Int(draw % UInt64(table.polymerCount))
            measurement.constituents.append((polymer: polymer, fraction: 1, shiftEV: 0))
            return
        case .pure: count = 1
        case .mixtures: count = Self.count(&random, from: 1)
        case .drawn, .unfamiliar: count = Self.count(&random, from: 0)
        }
        let lacksCommonest = random.chance(Self.withoutCommonestShare) && withoutCommonest.count >= count
        while measurement.constituents.count < min(count, table.polymerCount) {
            let polymer =
                lacksCommonest
                ? withoutCommonest[random.integer(in: 0...withoutCommonest.count - 1)] : polymer(&random)
            if !measurement.constituents.contains(where: { $0.polymer == polymer }) {
                measurement.constituents.append((polymer: polymer, fraction: 0, shiftEV: 0))
            }
        }
        // Exponential numbers divided by their sum are uniform on the simplex, and so is its image above the least.
        let number = measurement.constituents.count
        var sum = 0.0
        for index in 0..<number {
            let part = random.exponential()
            measurement.constituents[index].fraction = part
            sum += part
        }
        let least = number > 1 ? MeasurementGenerator.smallestFraction : 0
        for index in 0..<number {
            let part = number > 1 ? measurement.constituents[index].fraction / sum : 1
            measurement.constituents[index].fraction = least + (1 - Double(number) * least) * part
        }
    }

    /// How many polymers, of the shares from an index on.
    private static func count(_ random: inout RandomSource, from first: Int) -> Int {
        var left = random.uniform() * countShares[first...].reduce(0, +)
        for index in first..<countShares.count {
            left -= countShares[index]
            if left <= 0 { return index + 1 }
        }
        return countShares.count
    }

    private func polymer(_ random: inout RandomSource) -> Int {
        guard random.chance(Self.groupedShare), !carriers.isEmpty else {
            return random.integer(in: 0...table.polymerCount - 1)
        }
        let polymers = carriers[random.integer(in: 0...carriers.count - 1)]
        return polymers[random.integer(in: 0...polymers.count - 1)]
    }

    private func carbonShare(_ random: inout RandomSource) -> Double {
        let effect = effects.adventitiousCarbon
        let acts = random.chance(effect.share)
        let isHeavy = random.chance(Self.heavyShare)
        let place = random.uniform()
        switch plan.contamination {
        case .none: return 0
        case .within(let range): return range.lowerBound + (range.upperBound - range.lowerBound) * place
        case .drawn:
            guard effect.isOn, acts else { return 0 }
            let low = isHeavy ? effect.range.upperBound : effect.range.lowerBound
            let high = isHeavy ? max(low, Self.heaviestContamination) : effect.range.upperBound
            return low + (high - low) * place
        }
    }

    private func siliconeShare(_ random: inout RandomSource) -> Double {
        let acts = random.chance(effects.silicone.share)
        let share = random.uniform(in: effects.silicone.range)
        return plan.contamination == .drawn && effects.silicone.isOn && acts ? share : 0
    }

    private func label(_ measurement: inout Measurement) {
        let count = labels.first?.count ?? 0
        if measurement.labels.count != count { measurement.labels = [Float](repeating: 0, count: count) }
        for group in 0..<count {
            var label: Float = 0
            for constituent in measurement.constituents { label = max(label, labels[constituent.polymer][group]) }
            measurement.labels[group] = label
        }
    }
}
