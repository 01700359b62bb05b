package import NeuralNetwork
import Spectroscopy

/// A stretch of binding energy, on the scale of shift zero, in which lines of the polymer library lie.
///
/// The networks on regions read these windows and nothing else: all photoelectron lines, satellites and Na KLL of the
/// library between 58 and 694 eV lie in one of them but Br 3s (257 eV), each with 2 eV and more to spare.
public struct CoreLevelWindow: Sendable, Equatable {
    /// The levels it is read for.
    public let name: String
    /// Its lower end in eV.
    public let lowEV: Double
    /// Its upper end in eV.
    public let highEV: Double
    /// Templates that the localiser slides over it.
    let templates: Int

    /// The levels of its name; none of an Auger line.
    var levels: [PhotoelectronLine] {
        name.split(separator: ", ").compactMap { PhotoelectronLine(String($0)) }
    }

    /// All windows, ascending.
    public static let all = [
        CoreLevelWindow(name: "Na 2s, Br 3d", lowEV: 58, highEV: 76, templates: 4),
        CoreLevelWindow(name: "Si 2p", lowEV: 97, highEV: 109, templates: 4),
        CoreLevelWindow(name: "P 2p", lowEV: 129, highEV: 141, templates: 4),
        CoreLevelWindow(name: "Si 2s, S 2p", lowEV: 148, highEV: 176, templates: 6),
        CoreLevelWindow(name: "Br 3p, P 2s, Cl 2p", lowEV: 180, highEV: 208, templates: 6),
        CoreLevelWindow(name: "S 2s", lowEV: 224, highEV: 238, templates: 4),
        CoreLevelWindow(name: "Cl 2s", lowEV: 264, highEV: 278, templates: 4),
        CoreLevelWindow(name: "C 1s", lowEV: 279, highEV: 303, templates: 16),
        CoreLevelWindow(name: "N 1s", lowEV: 394, highEV: 414, templates: 8),
        CoreLevelWindow(name: "Na KLL", lowEV: 491, highEV: 507, templates: 4),
        CoreLevelWindow(name: "O 1s", lowEV: 526, highEV: 546, templates: 12),
        CoreLevelWindow(name: "F 1s", lowEV: 682, highEV: 694, templates: 4),
    ]

    /// The largest shift that is looked for on either side, in eV: the room around each window.
    public static let roomEV = 12.0
    /// Width of a cell of a row in eV, the standard grid's.
    public static let cellEV = 0.1
    /// Cells that the localiser takes together.
    static let localisedCells = 4
    /// Cells of 1 eV, in which the network is told what was recorded.
    package static let cellsPerEV = 10

    /// The windows as strips of 0.1 eV cells.
    package static let layout = StripLayout(
        lengths: all.map { Int(($0.highEV - $0.lowEV) * 10) }, padding: Int(roomEV * 10), unit: 20)
}
