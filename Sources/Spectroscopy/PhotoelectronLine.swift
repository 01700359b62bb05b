/// A core level of an element, such as `C 1s` or `Fe 2p`; `Fe 2p3/2` is one member of a doublet.
public struct PhotoelectronLine: Sendable, Hashable {
    /// The element's symbol.
    public let element: String
    /// Principal quantum number and letter, such as `2p`.
    public let orbital: String
    /// Total angular momentum of one member of a doublet, such as `3/2`; nil for the whole level.
    public let member: String?

    /// Reads a line from the beginning of a region's name: `C 1s`, `C1s`, `CL2P`, `Fe 2p3/2`, `Si_2p scan 2`.
    ///
    /// Nil where the name begins with no line of the table of cross-sections.
    public init?(_ name: String) {
        let name = name.drop { $0 == " " }
        // Two letters first: Co 2p is cobalt's, not carbon's.
        let symbol = [2, 1].lazy.map { name.prefix(1).uppercased() + name.prefix($0).dropFirst().lowercased() }.first(
            where: CrossSectionTable.standard.elements.contains)
        guard let symbol else { return nil }
        var rest = name.dropFirst(symbol.count).drop(while: Self.separates)
        let orbital = rest.prefix(2).lowercased()
        rest = rest.dropFirst(2)
        var member: String?
        let half = rest.drop(while: Self.separates).prefix(3)
        if half.hasSuffix("/2"), half.count == 3 {
            member = String(half)
            rest = rest[half.endIndex...]
        }
        if let next = rest.first, next.isLetter || next.isNumber { return nil }
        self.init(element: symbol, orbital: orbital, member: member)
    }

    private static func separates(_ character: Character) -> Bool {
        character == " " || character == "_" || character == "-"
    }

    /// A line of the table of cross-sections; nil where it holds none.
    public init?(element: String, orbital: String, member: String? = nil) {
        self.element = element
        self.orbital = orbital
        self.member = orbital.hasSuffix("s") && member == "1/2" ? nil : member
        guard !CrossSectionTable.standard.subshells(of: self).isEmpty else { return nil }
    }

    /// Whether a region's name is that of an Auger series, such as `Cu LMM` or `Na KL23L23`.
    static func isAuger(_ name: String) -> Bool {
        name.split(whereSeparator: { !$0.isLetter && !$0.isNumber }).contains { word in
            let letters = word.filter(\.isLetter)
            return letters.count == 3 && letters.allSatisfy("KLMNOV".contains) && letters.first != "V"
                && word.first?.isLetter == true
        }
    }
}

extension PhotoelectronLine: CustomStringConvertible {
    /// As it is written in the field: `Fe 2p3/2`.
    public var description: String { "\(element) \(orbital)\(member ?? "")" }
}
