import Foundation
import Spectroscopy
import Synthesis

/// What the training data cover, and how to recognise a material that lies outside them.
public enum TrainingScope {
    /// What the shipped model was trained on, in a sentence for people.
    public static let statement =
        "The model was trained on 104 polymers and their mixtures only; it knows nothing of metals, oxides and other materials."

    /// Elements that a spectrum's region names speak of ("Fe 2p", "Cu2p3/2", "O KLL") and the polymer library lacks.
    ///
    /// - Returns: Element symbols in the order of their first appearance.
    public static func elementsOutsideTraining(regionNames: [String]) -> [String] {
        var found: [String] = []
        for name in regionNames {
            guard let element = element(ofRegion: name), !knownElements.contains(element), !found.contains(element)
            else {
                continue
            }
            found.append(element)
        }
        return found
    }

    /// Photon energies in eV for which Al Kα's cross-sections hold, with which all networks are trained.
    ///
    /// Relative to C 1s the library's levels stay within 8 % of them (`CrossSectionTable`). Networks on regions read
    /// other photon energies by `PhotonScale`.
    package static let photonEnergiesEV = 1250.0...1500.0
    /// The longest step of a region in eV, a coarse survey's.
    static let longestStepEV = 1.0

    /// Steps that are longer than any of the training's, in words.
    static func departures(_ settings: [RegionSettings]) -> [String] {
        distinct(
            settings.filter { $0.axis.meanStepEV > longestStepEV * 1.01 }.map {
                "steps of \(words($0.axis.meanStepEV)) eV, more than \(words(longestStepEV))"
            })
    }

    /// Regions that were each scaled to the same highest intensity, in words; nil where they were not.
    static func departure(ofScaled regions: [Region]) -> String? {
        let highest = regions.compactMap { $0.intensities.max() }
        guard highest.count > 1, let first = highest.first, first > 0, first.isFinite,
            highest.allSatisfy({ abs($0 - first) <= 1e-5 * first }),
            // Counts may agree by chance.
            !regions.allSatisfy(\.hasWholeCounts)
        else { return nil }
        return "regions that were each scaled to \(words(Double(first))): what they say of one another is lost"
    }

    /// Photon energies at which the training's cross-sections do not hold, in words.
    static func photonDepartures(_ settings: [RegionSettings]) -> [String] {
        distinct(
            settings.compactMap(\.photonEnergyEV).filter { !photonEnergiesEV.contains($0) }.map {
                "a photon energy of \(words($0)) eV, not \(words(photonEnergiesEV.lowerBound)) to "
                    + "\(words(photonEnergiesEV.upperBound))"
            })
    }

    /// Each of some words once, in the order of their first appearance.
    static func distinct(_ words: [String]) -> [String] {
        words.reduce(into: []) { found, word in
            if !found.contains(word) { found.append(word) }
        }
    }

    /// A shift beyond the training's, in words; nil for one within.
    static func departure(shiftEV: Double, mostEV: Double) -> String? {
        guard abs(shiftEV) > mostEV else { return nil }
        return "a shift of \(words(shiftEV)) eV, beyond ±\(words(mostEV))"
    }

    static func words(_ value: Double) -> String { String(format: abs(value) < 1000 ? "%.4g" : "%.0f", value) }

    /// The element of a region's name: a symbol followed by a subshell ("2p", "4f7/2") or an Auger series ("KLL", "LMM").
    static func element(ofRegion name: String) -> String? {
        let letters = name.drop { $0 == " " }
        for length in [2, 1] {
            let symbol = String(letters.prefix(length))
            guard symbol.count == length, symbol.allSatisfy({ $0.isASCII && $0.isLetter }) else { continue }
            let element = symbol.prefix(1).uppercased() + symbol.dropFirst().lowercased()
            let rest = letters.dropFirst(length).drop { $0 == " " || $0 == "_" || $0 == "-" }
            if elementSymbols.contains(element), namesTransition(rest) { return element }
        }
        return nil
    }

    private static func namesTransition(_ text: Substring) -> Bool {
        let head = Array(text.uppercased().prefix(3))
        if head.count >= 2, ("1"..."7").contains(head[0]), "SPDF".contains(head[1]) { return true }
        return head.count == 3 && head.allSatisfy { "KLMNOV".contains($0) }
    }

    private static let knownElements = (try? PolymerLibrary.shipped)?.elements ?? []

    private static let elementSymbols = Set(
        """
        H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb \
        Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au \
        Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm
        """.split(separator: " ").map(String.init))
}
