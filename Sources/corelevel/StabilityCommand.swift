import ArgumentParser
import Classifier
import Foundation
import Spectroscopy
import SpectrumFiles

/// `corelevel stability`: whether an answer depends on what it must not depend on.
struct StabilityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stability",
        abstract: "Analyse spectra again with added offsets and cut windows, and say what changed.",
        discussion: """
            Each spectrum is analysed as it is, with offsets of -5 to +5 eV added to its energies, and with up to a \
            tenth of each region cut off at either end. The shift should follow the offset and stay within its sigma \
            for cuts; no call should change.
            """)

    @Argument(help: "Instrument files.", completion: .file())
    var files: [String]

    @Option(help: "Model that answers: a name or a weight file.")
    var model = Model.defaultName

    @Option(help: "Use only the regions of these names, with commas between them.")
    var regions: String?

    @Flag(help: "Print one JSON object for each spectrum on standard output.")
    var json = false

    func run() throws {
        do {
            let analyzer = try Analyzer(model: Model.named(model))
            for file in files { try run(file, with: analyzer) }
        } catch {
            throw ExitStatus.report(error, as: ExitStatus.dataError)
        }
    }

    private func run(_ path: String, with analyzer: Analyzer) throws {
        let names = regions.map { Set($0.split(separator: ",").map { Self.plain(String($0)) }) }
        let file: SpectrumFile
        do {
            file = try SpectrumFile.read(path, options: SpectrumFile.Options())
        } catch {
            FileHandle.standardError.write(Data("corelevel: \(path): \(error)\n".utf8))
            return
        }
        let source = URL(fileURLWithPath: path).lastPathComponent
        for (index, whole) in file.spectra.enumerated() {
            guard let spectrum = whole.keeping(where: { names?.contains(Self.plain($0.name)) ?? true }) else {
                continue
            }
            let block = whole.blocks.first ?? index + 1
            do {
                show(try Stability(of: spectrum, with: analyzer), source: source, block: block, of: spectrum)
            } catch {
                FileHandle.standardError.write(Data("corelevel: \(path), block \(block): \(error)\n".utf8))
            }
        }
    }

    /// A region's name without spaces and case: "C 1s", "C1s".
    private static func plain(_ name: String) -> String {
        name.filter { !$0.isWhitespace }.lowercased()
    }

    private func show(_ stability: Stability, source: String, block: Int, of spectrum: Spectrum) {
        let analysis = stability.analysis
        let groups = { (call: Analysis.Call) in analysis.groups.filter { $0.call == call }.map(\.name) }
        guard !json else {
            var text = JSONText(reserving: 2048)
            text.openObject()
            text.key("source")
            text.string(source)
            text.key("block")
            text.integer(block)
            text.key("sample")
            text.string(spectrum.sample)
            text.key("regions")
            text.strings(spectrum.regions.map(\.name))
            text.key("shift_eV")
            text.number(analysis.shiftEV ?? .nan, decimals: 3)
            text.key("shift_sigma_eV")
            text.number(analysis.shiftSigmaEV ?? .nan, decimals: 3)
            text.key("familiarity")
            text.number(analysis.familiarity ?? .nan, decimals: 3)
            text.key("present")
            text.strings(groups(.present))
            text.key("undetermined")
            text.strings(groups(.undetermined))
            for (key, variations) in [("offsets", stability.offsets), ("cuts", stability.cuts)] {
                text.key(key)
                text.openObject()
                text.key("largest_shift_difference_eV")
                text.number(variations.map { abs($0.shiftDifferenceEV) }.max() ?? 0, decimals: 3)
                text.key("largest_sigmas")
                text.number(variations.compactMap(\.sigmas).max() ?? 0, decimals: 2)
                text.key("largest_probability_difference")
                text.number(variations.map(\.probabilityDifference).max() ?? 0, decimals: 4)
                text.key("changed_calls")
                text.strings(Set(variations.flatMap(\.changedCalls)).sorted())
                text.closeObject()
            }
            text.closeObject()
            print(String(decoding: text.bytes, as: UTF8.self))
            return
        }
        print(
            "\(source), block \(block): shift \(Self.number(analysis.shiftEV)) ± \(Self.number(analysis.shiftSigmaEV)) eV, "
                + "familiarity \(Self.number(analysis.familiarity)); present: \(groups(.present).joined(separator: ", "))"
        )
        for variation in stability.offsets + stability.cuts {
            let calls =
                variation.changedCalls.isEmpty ? "" : "; changed: \(variation.changedCalls.joined(separator: ", "))"
            print(
                "    \(variation.name): shift differs by \(Self.number(variation.shiftDifferenceEV)) eV, "
                    + "probabilities by \(Self.number(variation.probabilityDifference))\(calls)")
        }
    }

    private static func number(_ value: Double?) -> String {
        value.map { String(format: "%.3f", $0) } ?? "–"
    }
}
