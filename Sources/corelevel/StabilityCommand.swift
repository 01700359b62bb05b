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
            Each spectrum is analysed as it is, with offsets of -5 to +5 eV added to its energies, and with \
            parts of each region cut off at its ends. The shift should follow the offset and stay within its sigma \
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
        let analyzer: Analyzer
        do {
            analyzer = try Analyzer(model: Model.named(model))
        } catch {
            throw ExitStatus.report(error)
        }
        var worst: ExitCode?
        for path in files {
            do {
                if let status = run(try FileReading.read(path, options: .init()), at: path, with: analyzer) {
                    worst = worst ?? status
                }
            } catch {
                let isReadable = FileManager.default.isReadableFile(atPath: path)
                let status = ExitStatus.report(error, as: isReadable ? ExitStatus.dataError : ExitStatus.noInput)
                worst = worst ?? status
            }
        }
        if let worst { throw worst }
    }

    /// Tries all spectra of a file; returns a status if one of them could not be.
    private func run(_ file: SpectrumFile, at path: String, with analyzer: Analyzer) -> ExitCode? {
        let names = regions.map { Set($0.split(separator: ",").map { Self.plain(String($0)) }) }
        let source = URL(fileURLWithPath: path).lastPathComponent
        var (worst, tried): (ExitCode?, Int) = (nil, 0)
        for (block, whole) in zip(file.numbers, file.spectra) {
            guard let spectrum = whole.keeping(where: { names?.contains(Self.plain($0.name)) ?? true }) else {
                continue
            }
            tried += 1
            do {
                show(try Stability(of: spectrum, with: analyzer), source: source, block: block, of: spectrum)
            } catch {
                let failure = ValidationError("\(path), block \(block): \(error)")
                worst = worst ?? ExitStatus.report(failure, as: ExitStatus.dataError)
            }
        }
        guard tried == 0, let regions else { return worst }
        var known: [String] = []
        for name in file.spectra.flatMap(\.regions).map(\.name) where !known.contains(name) { known.append(name) }
        return ExitStatus.report(
            ValidationError("\(path) has no region \(regions); there are: \(known.joined(separator: ", "))"),
            as: ExitStatus.dataError)
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
        // No minus zero.
        value.map { String(format: "%.3f", ($0 * 1000).rounded() / 1000 + 0) } ?? "–"
    }
}
