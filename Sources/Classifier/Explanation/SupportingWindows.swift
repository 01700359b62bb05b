import NeuralNetwork
import Synthesis

/// Finds the energies on which groups rest: stretches of 2 eV are taken out one after another, those that a group
/// misses are joined to windows, and each window is taken out as a whole.
struct SupportingWindows {
    /// A stretch is this wide, a line with both its flanks; stretches overlap by half.
    private static let stretchEV = 2
    /// An eV belongs to a window if it supports the group by this part of the strongest one's support.
    private static let leastOfStrongest: Float = 0.2
    /// Windows with less than this part of all windows' support are not named.
    private static let leastShare = 0.1

    private let occlusion: Occlusion
    private let library: PolymerLibrary

    init(of occlusion: Occlusion, library: PolymerLibrary) {
        self.occlusion = occlusion
        self.library = library
    }

    /// What each of some groups, by their places among the labels, rests on.
    func groups(_ labels: [Int], names: [String]) -> [Explanation.Group] {
        guard !labels.isEmpty else { return [] }
        let whole = occlusion.logits
        let supports = supports(of: labels, whole: whole)
        let candidates = zip(labels, supports).map { label, support in
            Occlusion.runs(cells(support)).map { (label: label, cells: Array($0)) }
        }
        let drops = drops(of: candidates.joined(), whole: whole)
        var next = 0
        let windows = candidates.map { runs in
            defer { next += runs.count }
            return named(runs.map(\.cells), drops: Array(drops[next..<next + runs.count]))
        }
        let without = occlusion.logits(without: windows.map { $0.flatMap(\.cells).sorted() })
        return labels.indices.map { index in
            Explanation.Group(
                name: names[labels[index]],
                probability: Double(BinaryCrossEntropy.probability(whole[labels[index]])),
                probabilityWithout: Double(BinaryCrossEntropy.probability(without[index][labels[index]])),
                windows: windows[index])
        }
    }

    /// For each group, the support of each eV: the mean drop of its logit over the stretches that hold the eV.
    private func supports(of labels: [Int], whole: [Float]) -> [[Int: Float]] {
        let stretches = Occlusion.runs(occlusion.recorded).flatMap { run in
            stride(from: run.lowerBound, through: max(run.lowerBound, run.upperBound - Self.stretchEV), by: 1).map {
                Array($0..<min($0 + Self.stretchEV, run.upperBound))
            }
        }
        let answers = occlusion.logits(without: stretches)
        return labels.map { label in
            var sums: [Int: (drop: Float, stretches: Float)] = [:]
            for (cells, answer) in zip(stretches, answers) {
                for cell in cells {
                    sums[cell, default: (0, 0)].drop += whole[label] - answer[label]
                    sums[cell, default: (0, 0)].stretches += 1
                }
            }
            return sums.mapValues { $0.drop / $0.stretches }
        }
    }

    /// The eV that count.
    private func cells(_ support: [Int: Float]) -> [Int] {
        guard let strongest = support.values.max(), strongest > 0 else { return [] }
        return support.filter { $0.value >= Self.leastOfStrongest * strongest }.keys.sorted()
    }

    private func drops(
        of windows: some Sequence<(label: Int, cells: [Int])>, whole: [Float]
    ) -> [Float] {
        let windows = Array(windows)
        return zip(windows, occlusion.logits(without: windows.map(\.cells))).map { window, answer in
            whole[window.label] - answer[window.label]
        }
    }

    /// The windows worth naming, strongest first.
    private func named(_ windows: [[Int]], drops: [Float]) -> [Explanation.Window] {
        let total = drops.reduce(0) { $0 + Double(max(0, $1)) }
        guard total > 0 else { return [] }
        return zip(windows, drops)
            .filter { Double($0.1) >= Self.leastShare * total }
            .sorted { $0.1 > $1.1 }
            .map { cells, drop in
                let (window, lowEV) = Occlusion.place(of: cells[0])
                let highEV = lowEV + Double(cells.count)
                return Explanation.Window(
                    coreLevel: coreLevels(from: lowEV, to: highEV) ?? CoreLevelWindow.all[window].name,
                    rangeEV: lowEV + occlusion.shiftEV...highEV + occlusion.shiftEV, logitDrop: Double(drop),
                    share: Double(drop) / total, cells: cells)
            }
    }

    /// The core levels of which the library has lines there, by ascending energy; nil where it has none.
    ///
    /// Auger series, which spread over what others are recorded for, are named by themselves alone.
    private func coreLevels(from lowEV: Double, to highEV: Double) -> String? {
        var lowestEV: [String: Double] = [:]
        for component in library.polymers.lazy.flatMap(\.components)
        where (lowEV...highEV).contains(component.bindingEnergyEV) {
            lowestEV[component.coreLevel] = min(
                lowestEV[component.coreLevel] ?? .infinity, component.bindingEnergyEV)
        }
        let photoelectrons = lowestEV.filter { library.coreLevels[$0.key]?.crossSection != nil }
        let names = (photoelectrons.isEmpty ? lowestEV : photoelectrons).sorted { $0.value < $1.value }.map(\.key)
        return names.isEmpty ? nil : names.joined(separator: ", ")
    }
}
