import Classifier
import Foundation
import NeuralNetwork

/// A network on regions whose weights are made by hand: its localiser finds a line like carbon's, its reader says of
/// every alignment that the error has the given distribution, and of the groups whatever its random weights say.
enum HandmadeNetwork {
    /// Where what is left of the shift may lie, each with a weight.
    typealias Residuals = [(errorEV: Double, weight: Double)]

    static func network(maxBatch: Int, residuals: Residuals = [(0, 1)]) -> RegionSTN {
        let network = RegionSTN(maxBatch: maxBatch, seed: 7)
        func parameter(_ name: String) -> Parameter? { network.parameters.first { $0.name == name } }
        func set(_ name: String, _ value: (Int) -> Float) {
            guard let values = parameter(name)?.value else { return }
            values.copy((0..<values.count).map(value))
        }
        // One template of the C 1s window: cells of 0.4 eV, a line at 285.1 eV; then its answer, steeper.
        let carbon = CoreLevelWindow.all.firstIndex { $0.name == "C 1s" } ?? 0
        let window = CoreLevelWindow.all[carbon]
        let length = Int(((window.highEV - window.lowEV) / 0.4).rounded())
        set("localiser.templates\(carbon).weight") { index in
            let distanceEV = window.lowEV + 0.4 * Double(index) + 0.15 - 285.1
            return index < length ? Float(exp(-distanceEV * distanceEV)) : 0
        }
        let column = (0..<carbon).reduce(0) { sum, index in
            sum + (parameter("localiser.templates\(index).weight")?.shape[0] ?? 0)
        }
        set("localiser.linear1.weight") { $0 == column ? 20 : 0 }
        set("localiser.linear1.bias") { _ in 0 }
        set("localiser.linear2.weight") { $0 == 0 ? 1 : 0 }
        set("reader.residual.weight") { _ in 0 }
        set("reader.residual.bias") { bin in
            let errorEV = Double(bin) * Double(AlignedReader.residualBinEV) - Double(AlignedReader.residualReachEV)
            let p = residuals.reduce(1e-9) { sum, residual in
                let distance = (errorEV - residual.errorEV) / 0.06
                return sum + residual.weight * exp(-distance * distance / 2)
            }
            return Float(log(p))
        }
        return network
    }

    static func model(residuals: Residuals = [(0, 1)]) -> Model {
        model(of: network(maxBatch: 1, residuals: residuals))
    }

    static func model(of network: any TrainedNetwork) -> Model {
        Model(
            network: network, name: "by hand", labels: FunctionalGroup.all.map(\.name),
            preprocessing: RegionReading.name, shiftOriginEV: 0, trainingRecord: ["seed": "7"])
    }
}
