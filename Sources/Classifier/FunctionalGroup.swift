import Synthesis

/// One of the 40 functional groups, and what must be recorded before anything can be said of it.
public struct FunctionalGroup: Sendable, Hashable {
    /// The library's name, for example "ester (aromatic)".
    public let name: String
    /// The main core level of each element without which the group is not seen, for example `["C 1s", "N 1s"]`.
    public let coreLevels: [String]

    /// The elements without which the group is not seen.
    public var elements: [String] {
        coreLevels.map(Self.element(ofCoreLevel:))
    }

    /// All 40, in the order of the library's label vectors.
    ///
    /// Groups that an oxidised heteroatom gives away by itself (sulfone, nitrate) do not ask for carbon.
    public static let all: [FunctionalGroup] = [
        .init("alkene", "C 1s"),
        .init("alkyne", "C 1s"),
        .init("benzene ring", "C 1s"),
        .init("naphthalene", "C 1s"),
        .init("amine", "C 1s", "N 1s"),
        .init("alcohol (aromatic)", "C 1s", "O 1s"),
        .init("alcohol (aliphatic)", "C 1s", "O 1s"),
        .init("ether (aromatic)", "C 1s", "O 1s"),
        .init("ether (aliphatic)", "C 1s", "O 1s"),
        .init("alkyl halide (F)", "C 1s", "F 1s"),
        .init("alkyl halide (Cl)", "C 1s", "Cl 2p"),
        .init("alkyl halide (Br)", "C 1s", "Br 3d"),
        .init("alkyl halide (I)", "C 1s", "I 3d"),
        .init("thiol", "C 1s", "S 2p"),
        .init("aldehyde", "C 1s", "O 1s"),
        .init("ketone (aromatic)", "C 1s", "O 1s"),
        .init("ketone (aliphatic)", "C 1s", "O 1s"),
        .init("ester (aromatic)", "C 1s", "O 1s"),
        .init("ester (aliphatic)", "C 1s", "O 1s"),
        .init("carboxylic acid", "C 1s", "O 1s"),
        .init("amide", "C 1s", "N 1s", "O 1s"),
        .init("nitrite", "N 1s", "O 1s"),
        .init("nitrate", "N 1s", "O 1s"),
        .init("nitrile", "C 1s", "N 1s"),
        .init("epoxide", "C 1s", "O 1s"),
        .init("imide", "C 1s", "N 1s", "O 1s"),
        .init("acid chloride", "C 1s", "O 1s", "Cl 2p"),
        .init("anhydride", "C 1s", "O 1s"),
        .init("nitro (aromatic)", "C 1s", "N 1s", "O 1s"),
        .init("sulfide", "C 1s", "S 2p"),
        .init("sulfone", "O 1s", "S 2p"),
        .init("sulfonate", "O 1s", "S 2p"),
        .init("azide", "C 1s", "N 1s"),
        .init("chlorobenzene", "C 1s", "Cl 2p"),
        .init("bromobenzene", "C 1s", "Br 3d"),
        .init("siloxane", "O 1s", "Si 2p"),
        .init("phosphazene", "N 1s", "P 2p"),
        .init("phenoxy", "C 1s", "O 1s"),
        .init("pyridine", "C 1s", "N 1s"),
        .init("alkane", "C 1s"),
    ]

    private init(_ name: String, _ coreLevels: String...) {
        self.name = name
        self.coreLevels = coreLevels
    }

    static func element(ofCoreLevel name: String) -> String {
        String(name.prefix { $0 != " " })
    }
}
