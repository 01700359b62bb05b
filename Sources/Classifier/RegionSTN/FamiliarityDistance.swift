import Foundation
import NeuralNetwork

/// How far the reader's last layer is from where known spectra put it: the Mahalanobis distance from the mean of the
/// spectrum's class, by the covariance within the classes of the same regions, shrunk towards a sphere.
package struct FamiliarityDistance: Sendable, Equatable {
    /// Share of the sphere of equal volume's trace in the covariance.
    private static let shrinkage = 0.02

    /// Numbers in a row of features.
    let width: Int
    /// [classes, width].
    private(set) var means: [Float]
    /// Inverses of the lower Cholesky factors [regions, width, width].
    private(set) var whitening: [Float]

    /// Numbers read from a weight file.
    init(width: Int, means: [Float], whitening: [Float]) {
        self.width = width
        self.means = means
        self.whitening = whitening
    }

    /// Means and covariances of known spectra's features.
    package init(features: [[Float]], classes: [Int], pools: CalibrationPools) {
        let width = features.first?.count ?? 0
        self.width = width
        means = pools.members.flatMap { members in
            var sum = [Float](repeating: 0, count: width)
            for example in members {
                for column in 0..<width { sum[column] += features[example][column] }
            }
            return sum.map { $0 / Float(max(members.count, 1)) }
        }
        whitening = []
        for regions in CalibrationClass.Regions.allCases {
            let own = classes.indices.filter { classes[$0] / CalibrationClass.levels == regions.rawValue }
            let members = own.count > 4 * width ? own : Array(classes.indices)
            whitening += Self.whitening(
                Self.covariance(members.map { (features[$0], classes[$0]) }, means: means, width: width), width: width)
        }
    }

    /// log10 of the squared distance of features from their class.
    package func logSquare(_ features: [Float], in index: Int) -> Float {
        let centred = (0..<width).map { features[$0] - means[index * width + $0] }
        var white = [Float](repeating: 0, count: width)
        MatrixProduct.addTimes(
            whitening, from: index / CalibrationClass.levels * width * width, centred, into: &white)
        return log10(max(white.reduce(0) { $0 + $1 * $1 }, 1e-3))
    }

    private static func covariance(
        _ examples: [(features: [Float], index: Int)], means: [Float], width: Int
    ) -> [Double] {
        var covariance = [Double](repeating: 0, count: width * width)
        var centred = [Float](repeating: 0, count: width)
        var block = [Float](repeating: 0, count: width * width)
        for (count, example) in examples.enumerated() {
            for column in 0..<width {
                centred[column] = example.features[column] - means[example.index * width + column]
            }
            for row in 0..<width {
                let factor = centred[row]
                for column in 0...row { block[row * width + column] += factor * centred[column] }
            }
            // Single precision holds the sum of a few hundred terms.
            if count % 256 == 255 || count == examples.count - 1 {
                for cell in block.indices {
                    covariance[cell] += Double(block[cell])
                    block[cell] = 0
                }
            }
        }
        let scale = 1 / Double(max(examples.count, 1))
        let trace = (0..<width).reduce(0.0) { $0 + covariance[$1 * width + $1] } * scale / Double(max(width, 1))
        for row in 0..<width {
            for column in 0...row { covariance[row * width + column] *= scale * (1 - shrinkage) }
            covariance[row * width + row] += max(shrinkage * trace, 1e-9)
        }
        return covariance
    }

    /// The inverse of the lower Cholesky factor.
    private static func whitening(_ covariance: [Double], width: Int) -> [Float] {
        var factor = covariance
        for row in 0..<width {
            for column in 0...row {
                var sum = factor[row * width + column]
                for k in 0..<column { sum -= factor[row * width + k] * factor[column * width + k] }
                factor[row * width + column] =
                    row == column ? max(sum, 1e-12).squareRoot() : sum / factor[column * width + column]
            }
        }
        var inverse = [Double](repeating: 0, count: width * width)
        for column in 0..<width {
            inverse[column * width + column] = 1 / factor[column * width + column]
            for row in column + 1..<max(width, column + 1) {
                var sum = 0.0
                for k in column..<row { sum -= factor[row * width + k] * inverse[k * width + column] }
                inverse[row * width + column] = sum / factor[row * width + row]
            }
        }
        return inverse.map(Float.init)
    }
}
