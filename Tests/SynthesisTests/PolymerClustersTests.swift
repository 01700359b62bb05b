import Synthesis
import Testing

@Suite struct PolymerClustersTests {
    /// Sets with identical lines, as the library's notes list them.
    static let identical = [
        ["PVME", "PPG"], ["PtI", "PCI"], ["PVEE", "PTMG"], ["N66", "N6"], ["PDAiP", "PDAP"],
        ["PMP", "P1B", "HDPE", "PIB", "PP"], ["P3CS", "P4CS", "P2CS"], ["P4MS", "PAMS"], ["P12B", "PCB"],
        ["P4VP", "P2VP"],
    ]

    @Test(arguments: [PolymerLibrary.nearIdentity, 0.999_99]) func twinsStayTogether(_ similarity: Double) throws {
        let library = try PolymerLibrary.shipped
        let clusters = library.clusters(similarity: similarity)
        #expect(clusters.flatMap { $0 }.sorted() == Array(library.polymers.indices))
        #expect(clusters.allSatisfy { $0 == $0.sorted() })
        let names = clusters.map { Set($0.map { library.polymers[$0].abbreviation }) }
        for set in Self.identical { #expect(names.contains { $0.isSuperset(of: set) }) }
    }

    @Test func differentPolymersAreApart() throws {
        let library = try PolymerLibrary.shipped
        let clusters = library.clusters()
        #expect((50...90).contains(clusters.count))
        let names = clusters.map { Set($0.map { library.polymers[$0].abbreviation }) }
        for pair in [["PET", "PMMA"], ["PS", "HDPE"], ["PVC", "PTFE"]] {
            #expect(!names.contains { $0.isSuperset(of: pair) })
        }
    }
}
