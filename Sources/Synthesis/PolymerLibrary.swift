public import Foundation

/// The polymers that spectra are synthesised from: 102 polymers and two oligomers, with 40 functional groups.
///
/// Every number is of `Resources/polymers.json`, whose README says where each comes from. Binding energies there are
/// on the scale with aliphatic C 1s at 285.0 eV; `scaleOffsetEV` is added to every one of them on loading.
public struct PolymerLibrary: Sendable {
    /// Added to every energy of the resource: from the 285.0 eV scale to the 285.1 eV scale of the paper.
    public static let scaleOffsetEV = 0.1

    /// The 40 functional groups, in the order of every label vector.
    public let functionalGroups: [String]
    /// The polymers, in the order of the resource.
    public private(set) var polymers: [Polymer]
    /// Core levels and Auger series by name ("C 1s", "Si 2p", "Na KLL").
    public private(set) var coreLevels: [String: CoreLevel]
    /// What the source codes of the components stand for.
    public let sources: [String: String]

    /// The library that comes with this module, read once.
    public static var shipped: PolymerLibrary {
        get throws { try loaded.get() }
    }

    private static let loaded = Result {
        guard let url = Bundle.module.url(forResource: "polymers", withExtension: "json") else {
            throw PolymerLibraryError("polymers.json is missing beside the program: build or install it again")
        }
        return try PolymerLibrary(json: Data(contentsOf: url))
    }

    /// A library in the form of `Resources/polymers.json`.
    ///
    /// - Throws: `PolymerLibraryError` that names the entry at fault.
    public init(json: Data) throws {
        let file: LibraryFile
        do {
            file = try JSONDecoder().decode(LibraryFile.self, from: json)
        } catch {
            throw PolymerLibraryError("polymers.json is not in the expected form: \(error)")
        }
        functionalGroups = file.functionalGroupOrder
        sources = file.sources
        coreLevels = file.lines.mapValues { line in
            CoreLevel(
                element: line.element, crossSection: line.scofieldAlkaRelC1s,
                doublet: line.spinOrbitSplitEV.flatMap { split in
                    line.branching.map { .init(splitEV: split, highMemberShare: $0.highBE) }
                })
        }
        polymers = try file.polymers.map { try $0.polymer() }
        try validate()
    }

    /// The elements that occur in at least one polymer.
    public var elements: Set<String> {
        Set(polymers.flatMap { $0.components.compactMap { coreLevels[$0.coreLevel]?.element } })
    }

    /// How many polymers carry each functional group.
    public var support: [Int] {
        functionalGroups.indices.map { group in polymers.count { $0.labels[group] } }
    }

    /// Which polymers carry a functional group, one mark each.
    public func carriers(of group: Int) -> [Bool] { polymers.map { $0.labels[group] } }

    /// The library with some of its polymers: what remains after others are held out for a test of generalisation.
    ///
    /// - Precondition: At least one polymer is kept.
    public func keeping(where isKept: (Polymer) throws -> Bool) rethrows -> PolymerLibrary {
        var library = self
        library.polymers = try polymers.filter(isKept)
        precondition(!library.polymers.isEmpty, "a library needs at least one polymer")
        return library
    }

    /// The library with other polymers in place of its own, made of its core levels.
    ///
    /// - Precondition: There is at least one.
    package func replacing(polymers: [Polymer]) -> PolymerLibrary {
        precondition(!polymers.isEmpty, "a library needs at least one polymer")
        var library = self
        library.polymers = polymers
        return library
    }

    /// The library as photons of another energy than Al Kα show it: intensities of lines relative to C 1s, and energies
    /// of Auger lines on the axis of binding energies.
    ///
    /// A core level for which no cross-section is tabulated at that energy is not seen.
    public func under(photonEnergyEV: Double) -> PolymerLibrary {
        let photons = PhotonFactors(library: self, photonEnergyEV: photonEnergyEV)
        guard photons.augerShiftEV != 0 else { return self }
        var library = self
        for name in coreLevels.keys {
            library.coreLevels[name]?.crossSection = coreLevels[name]?.crossSection.map {
                $0 * photons.factor(of: name)
            }
        }
        for polymer in polymers.indices {
            for index in polymers[polymer].components.indices {
                let component = polymers[polymer].components[index]
                library.polymers[polymer].components[index].pseudoCrossSection = component.pseudoCrossSection.map {
                    $0 * photons.factor(of: component.coreLevel)
                }
                if component.kind == .auger {
                    library.polymers[polymer].components[index].bindingEnergyEV += photons.augerShiftEV
                }
            }
        }
        return library
    }

    private func validate() throws {
        guard !polymers.isEmpty else { throw PolymerLibraryError("polymers.json holds no polymer") }
        for polymer in polymers {
            let name = polymer.abbreviation
            guard polymer.labels.count == functionalGroups.count else {
                throw PolymerLibraryError(
                    "\(name): \(polymer.labels.count) labels for \(functionalGroups.count) groups")
            }
            guard !polymer.components.isEmpty else { throw PolymerLibraryError("\(name): no line") }
            for component in polymer.components {
                let place = "\(name), \(component.coreLevel), \(component.environment)"
                guard let level = coreLevels[component.coreLevel] else {
                    throw PolymerLibraryError("\(place): no such core level in the table of lines")
                }
                guard component.pseudoCrossSection ?? level.crossSection != nil else {
                    throw PolymerLibraryError("\(place): no cross-section")
                }
                guard component.fwhmEV > 0, component.atoms > 0, (0...1).contains(component.lorentzianFraction) else {
                    throw PolymerLibraryError("\(place): width and atoms must be positive, gl_mix within 0 to 1")
                }
            }
        }
    }
}

/// A fault of the polymer library's file, in words.
public struct PolymerLibraryError: Error, Equatable, CustomStringConvertible {
    /// What is wrong and where.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
