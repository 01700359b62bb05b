/// `Resources/polymers.json` as it lies on disk; energies on the 285.0 eV scale.
struct LibraryFile: Decodable {
    let functionalGroupOrder: [String]
    let sources: [String: String]
    let lines: [String: Line]
    let polymers: [Entry]

    enum CodingKeys: String, CodingKey {
        case functionalGroupOrder = "functional_group_order"
        case sources, lines, polymers
    }

    struct Line: Decodable {
        let element: String
        let scofieldAlkaRelC1s: Double?
        let spinOrbitSplitEV: Double?
        let branching: Branching?

        enum CodingKeys: String, CodingKey {
            case element, branching
            case scofieldAlkaRelC1s = "scofield_alka_rel_c1s"
            case spinOrbitSplitEV = "spin_orbit_split_eV"
        }
    }

    struct Branching: Decodable {
        let highBE: Double

        enum CodingKeys: String, CodingKey {
            case highBE = "high_BE"
        }
    }

    struct Entry: Decodable {
        let name: String
        let abbreviation: String
        let repeatUnitSMILES: String
        let formula: String
        let labelVector: [Int]
        let components: [Component]

        enum CodingKeys: String, CodingKey {
            case name, abbreviation, formula, components
            case repeatUnitSMILES = "repeat_unit_smiles"
            case labelVector = "label_vector"
        }

        func polymer() throws -> Polymer {
            Polymer(
                name: name, abbreviation: abbreviation, repeatUnitSMILES: repeatUnitSMILES, formula: formula,
                labels: labelVector.map { $0 != 0 },
                components: try components.map { try $0.component(of: abbreviation) })
        }
    }

    struct Component: Decodable {
        let line: String
        let kind: String
        let environment: String
        let bindingEnergyEV: Double
        let atoms: Double
        let fwhmEV: Double
        let glMix: Double
        let pseudoCrossSection: Double?
        let hPerCarbon: Double?
        let uncertaintyEV: Double
        let source: String

        enum CodingKeys: String, CodingKey {
            case line, kind, environment, atoms, source
            case bindingEnergyEV = "binding_energy_eV"
            case fwhmEV = "fwhm_eV"
            case glMix = "gl_mix"
            case pseudoCrossSection = "pseudo_cross_section"
            case hPerCarbon = "h_per_carbon"
            case uncertaintyEV = "be_uncertainty_eV"
        }

        func component(of polymer: String) throws -> Polymer.Component {
            guard let kind = Polymer.Kind(rawValue: kind) else {
                throw PolymerLibraryError("\(polymer), \(line), \(environment): unknown kind “\(kind)”")
            }
            return Polymer.Component(
                coreLevel: line, kind: kind, environment: environment,
                bindingEnergyEV: bindingEnergyEV + PolymerLibrary.scaleOffsetEV, uncertaintyEV: uncertaintyEV,
                atoms: atoms, fwhmEV: fwhmEV, lorentzianFraction: glMix, pseudoCrossSection: pseudoCrossSection,
                hydrogensPerCarbon: hPerCarbon, source: source)
        }
    }
}
