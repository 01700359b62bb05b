import Foundation
import Spectroscopy

/// A text file of two columns, binding energy in eV and intensity, separated by blanks, tabs, commas or semicolons.
///
/// Lines before the first pair of numbers and lines behind a `#` are passed over.
struct SpectralLibraryFile {
    private static let fewestPoints = 5
    private static let separators = Array(" \t,;\r".utf8)

    let energiesEV: [Double]
    let intensities: [Float]

    /// Reads a file's bytes.
    init(_ bytes: [UInt8], file: String) throws(SpectralLibraryError.Fault) {
        var energiesEV: [Double] = []
        var intensities: [Float] = []
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let fields = line.split { Self.separators.contains($0) }
            guard let first = fields.first, first.first != UInt8(ascii: "#") else { continue }
            let numbers = fields.compactMap { Double(String(decoding: $0, as: UTF8.self)) }
            if energiesEV.isEmpty, numbers.count != fields.count { continue }
            guard fields.count == 2, numbers.count == 2 else {
                throw SpectralLibraryError.Fault(
                    file: file, line: number,
                    reason: "“\(String(decoding: line.prefix(40), as: UTF8.self))” is not two numbers, energy and "
                        + "intensity")
            }
            try Self.check(energyEV: numbers[0], intensity: numbers[1], after: energiesEV, file: file, line: number)
            energiesEV.append(numbers[0])
            intensities.append(Float(numbers[1]))
        }
        guard energiesEV.count >= Self.fewestPoints else {
            throw SpectralLibraryError.Fault(
                file: file, line: nil,
                reason: "has \(energiesEV.count) points, energy and intensity in two columns; a spectrum has at least "
                    + "\(Self.fewestPoints)")
        }
        self.energiesEV = energiesEV
        self.intensities = intensities
    }

    /// The intensities on a grid's steps once the energies are lowered by `offsetEV`; zero where nothing was recorded,
    /// and where it was negative.
    func intensities(on grid: EnergyGrid, loweredByEV offsetEV: Double) throws(SpectroscopyError) -> [Float] {
        let settings = try RegionSettings(
            name: "spectrum", axis: .explicit(energiesEV: energiesEV.map { $0 - offsetEV }), ordinate: .arbitrary)
        let regridder = Regridder([settings], grid: grid)
        var gridded = GriddedSpectrum(grid: grid)
        try regridder.regrid([intensities], into: &gridded)
        return gridded.intensities.map { max($0, 0) }
    }

    private static func check(
        energyEV: Double, intensity: Double, after energiesEV: [Double], file: String, line: Int
    ) throws(SpectralLibraryError.Fault) {
        func fault(_ reason: String) -> SpectralLibraryError.Fault { .init(file: file, line: line, reason: reason) }
        guard energyEV.isFinite, intensity.isFinite, intensity.magnitude <= Double(Region.highestIntensity) else {
            throw fault("an energy and an intensity must be finite numbers within reach")
        }
        guard let last = energiesEV.last else { return }
        let ascends = energiesEV.count > 1 ? energiesEV[1] > energiesEV[0] : energyEV > last
        guard energyEV != last, (energyEV > last) == ascends else {
            throw fault(
                "the energy \(energyEV) turns back or repeats after \(last); a file holds one spectrum in the order of "
                    + "its energies")
        }
        guard (energyEV - last).magnitude >= EnergyAxis.finestStepEV else {
            throw fault("a step of \((energyEV - last).magnitude) eV is finer than any instrument's")
        }
    }
}
