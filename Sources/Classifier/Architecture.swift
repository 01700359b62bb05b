/// The networks: the three of the paper (arXiv 2603.05350) and two that improve its spatial transformer.
public enum Architecture: String, Sendable, CaseIterable, Codable {
    /// Linear layers alone.
    case mlp
    /// A convolution before them.
    case cnn
    /// A spatial transformer before them, which estimates and undoes the shift.
    case stn
    /// A spatial transformer on core-level windows, for spectra as instruments deliver them.
    case regionSTN = "region-stn"
    /// The same localiser before a layer that unmixes the library, for the paper's own benchmark.
    case unmixingSTN = "unmixing-stn"

    /// The paper's three.
    public static let paper: [Architecture] = [.mlp, .cnn, .stn]

    /// A fresh network of the library's size, drawn from a seed.
    public func makeTrainedNetwork(maxBatch: Int, seed: UInt64) -> any TrainedNetwork {
        switch self {
        case .mlp, .cnn, .stn: makeNetwork(maxBatch: maxBatch, seed: seed)
        case .regionSTN: RegionSTN(maxBatch: maxBatch, seed: seed)
        case .unmixingSTN: UnmixingSTN(maxBatch: maxBatch, seed: seed)
        }
    }

    /// A fresh network of the paper's, drawn from a seed.
    ///
    /// - Precondition: It is one of the paper's three.
    public func makeNetwork(maxBatch: Int, shape: NetworkShape = .standard, seed: UInt64) -> any Network {
        switch self {
        case .mlp: MLP(maxBatch: maxBatch, shape: shape, seed: seed)
        case .cnn: CNN(maxBatch: maxBatch, shape: shape, seed: seed)
        case .stn: STN(maxBatch: maxBatch, shape: shape, seed: seed)
        case .regionSTN, .unmixingSTN: preconditionFailure("\(rawValue) is none of the paper's networks")
        }
    }
}
