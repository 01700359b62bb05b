import ArgumentParser
import Classifier
import Foundation
import NeuralNetwork
import Spectroscopy
import SpectrumFiles

/// `corelevel analyze`: instrument files in, functional groups and shifts out, without a cluster.
struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Say which functional groups a spectrum shows and how far it is shifted.",
        discussion: """
            Reads VAMAS (ISO 14976), SPECS (.xy, XML), Scienta (SES text, .ibw), PHI (.spe, .pro), NeXus and \
            two-column text; blocks of one sample and one set of experimental variables are one \
            spectrum. The file is never changed: the shift is reported, corrected = measured - shift.
            """)

    @Argument(help: "Instrument files.", completion: .file())
    var files: [String]

    @Option(help: "Model that answers: a name or a weight file.")
    var model = Model.defaultName

    @Option(help: "Where aliphatic C 1s lies when the shift is zero, in eV.")
    var reference = Analysis.Reference.standard.energyEV

    @Option(help: "Photon energy in eV, of files that do not say it: for kinetic energies, and cross-sections.")
    var photonEnergy: Double?

    @Flag(help: "Quantify the elements in the recorded regions, in atomic percent.")
    var composition = false

    @Option(
        help: """
            Elements that --composition looks for where a region's name is no core level; those of polymers if absent.
            """)
    var elements: String?

    @Option(help: "What --composition draws under the lines: shirley, tougaard or linear; shirley if absent.")
    var background: String?

    @Flag(help: "Say what each group rests on, fit and assign the spectrum, look for contamination.")
    var explain = false

    @Flag(help: "Print one JSON object for each spectrum on standard output.")
    var json = false

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("Name at least one file.") }
        guard (200...400).contains(reference) else { throw ValidationError("--reference must be 200 to 400 eV.") }
        if let photonEnergy, !(photonEnergy > 0 && photonEnergy.isFinite) {
            throw ValidationError("--photon-energy must be above 0.")
        }
        guard composition || (elements == nil && background == nil) else {
            throw ValidationError("--elements and --background need --composition.")
        }
        guard background.map({ Self.backgrounds[$0] != nil }) ?? true else {
            throw ValidationError("--background must be shirley, tougaard or linear.")
        }
        for element in elementSymbols where !CrossSectionTable.standard.elements.contains(element) {
            throw ValidationError("--elements: \(QuantificationError.unknownElement(element)).")
        }
    }

    private static let backgrounds: [String: any Background] = [
        "shirley": ShirleyBackground(), "tougaard": TougaardBackground(), "linear": LinearBackground(),
    ]

    private var elementSymbols: [String] {
        elements?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            ?? QuantificationOptions.polymerElements
    }

    private var quantification: QuantificationOptions {
        QuantificationOptions(
            elements: elementSymbols, background: background.flatMap { Self.backgrounds[$0] } ?? ShirleyBackground(),
            photonEnergyEV: photonEnergy)
    }

    func run() throws {
        let analyzer: Analyzer
        let explainer: Explainer?
        do {
            analyzer = try Analyzer(model: Model.named(model), reference: .init(energyEV: reference))
            explainer = explain ? try Explainer(model: analyzer.model) : nil
        } catch {
            throw ExitStatus.report(error)
        }
        var worst: ExitCode?
        var table = ResultTable(labels: files.map { URL(fileURLWithPath: $0).lastPathComponent + ":00" })
        for file in files {
            do {
                try analyze(file, with: analyzer, explainer: explainer, table: &table)
            } catch {
                let status =
                    FileManager.default.isReadableFile(atPath: file) ? ExitStatus.dataError : ExitStatus.noInput
                worst = worst ?? ExitStatus.report(error, as: status)
            }
        }
        if !json { table.printNotes() }
        if let worst { throw worst }
    }

    /// Analyses one file; throws after all its spectra have had their turn if one of them failed.
    private func analyze(
        _ path: String, with analyzer: Analyzer, explainer: Explainer?, table: inout ResultTable
    ) throws {
        var options = SpectrumFile.Options()
        options.photonEnergyEV = photonEnergy
        let file = try FileReading.read(path, options: options)
        for notice in file.notices { StandardError.say("\(path): \(notice)") }
        let numbers = file.numbers
        table.widen(for: zip(file.spectra, numbers).map { $0.label(source: path, block: $1) })
        var failed: AnalysisFailure?
        for (index, result) in analyzer.analyze(file.spectra).enumerated() {
            let spectrum = file.spectra[index]
            let block = numbers[index]
            switch result {
            case .success(let analysis):
                let report =
                    composition
                    ? CompositionReport(
                        of: spectrum, shiftEV: analysis.standardShiftEV, options: quantification) : nil
                let explanation = explainer.map { ExplanationReport(of: spectrum, analysis: analysis, by: $0) }
                if json {
                    let line = Self.line(
                        analysis, composition: report, explanation: explanation, source: path, block: block,
                        sample: spectrum.sample, notices: file.notices)
                    print(String(decoding: line, as: UTF8.self))
                } else {
                    table.print(
                        ResultRow(json: String(decoding: analysis.json, as: UTF8.self)),
                        label: spectrum.label(source: path, block: block))
                    explanation?.print()
                    report?.print()
                }
            case .failure(let error):
                let failure = AnalysisFailure(source: path, block: block, error: error)
                if json { print(String(decoding: failure.line, as: UTF8.self)) }
                if failed != nil { _ = ExitStatus.report(failure, as: ExitStatus.dataError) }
                failed = failed ?? failure
            }
        }
        if let failed { throw failed }
    }

    private static func line(
        _ analysis: Analysis, composition: CompositionReport?, explanation: ExplanationReport?, source: String,
        block: Int, sample: String, notices: [String]
    ) -> [UInt8] {
        var text = JSONText(reserving: 4096)
        text.openObject()
        text.key("source")
        text.string(source)
        text.key("block")
        text.integer(block)
        if !sample.isEmpty {
            text.key("sample")
            text.string(sample)
        }
        if !notices.isEmpty {
            text.key("notices")
            text.openArray()
            for notice in notices { text.string(notice) }
            text.closeArray()
        }
        analysis.appendMembers(to: &text)
        composition?.appendMember(to: &text)
        explanation?.appendMember(to: &text)
        text.closeObject()
        return text.bytes
    }
}

/// A spectrum of a file that could not be analysed.
private struct AnalysisFailure: Error, CustomStringConvertible {
    let source: String
    let block: Int
    let error: AnalysisError

    var description: String { "\(source), block \(block): \(error)" }

    var line: [UInt8] {
        var text = JSONText()
        text.openObject()
        text.key("source")
        text.string(source)
        text.key("block")
        text.integer(block)
        text.key("error")
        text.string("\(error)")
        text.closeObject()
        return text.bytes
    }
}
