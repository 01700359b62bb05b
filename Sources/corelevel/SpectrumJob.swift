import Client
import Foundation
import Spectroscopy

/// A spectrum of a file as a job: a frame of float32 for each region, on the axis that the file has.
struct SpectrumJob {
    private static let keyNameBytes = 32

    let submission: JobSubmission
    /// Where it is from, in the words of whoever asked.
    var source: String
    let block: Int
    /// What people know it by.
    let label: String

    /// Makes the job.
    ///
    /// A key answers for its bytes, so nothing is in them that depends on what else is submitted with the file: no
    /// number in the run, and no total of it.
    init(_ spectrum: Spectrum, source: String, block: Int, run: Name, key: Name) throws(ClientError) {
        self.source = source
        self.block = block
        label = spectrum.label(source: source, block: block)
        var headers: [RegionHeader] = []
        var frames: [[UInt8]] = []
        for (index, region) in spectrum.regions.enumerated() {
            headers.append(Self.header(of: region, number: index + 1))
            frames.append(region.intensities.withUnsafeBytes { Array($0) })
            if case .explicit(let energiesEV) = region.axis.points {
                frames.append(energiesEV.withUnsafeBytes { Array($0) })
            }
            if let transmission = region.settings.transmission {
                frames.append(transmission.withUnsafeBytes { Array($0) })
            }
        }
        let header = JobHeader(run: run, job: key, regions: headers)
        let meta = Self.meta(of: spectrum, source: source, block: block)
        do {
            submission = try JobSubmission(header, frames: frames, meta: meta)
        } catch {
            guard case .refused(let refusal, _) = error, refusal.field == "meta" else { throw error }
            // Instruments write long comments; where the spectrum is from matters more.
            let short = Self.meta(of: spectrum, source: source, block: block, withDetails: false)
            submission = try JobSubmission(header, frames: frames, meta: short)
        }
    }

    /// The key of a file's spectrum: the file's name for people, its path and content by their digest, and the spectrum's
    /// number, in so many places that the keys of a file stand in its order.
    static func key(file path: String, digest: String, number: Int, largest: Int) -> Name {
        let name = (path.split(separator: "/").last ?? "").filter {
            $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0))
        }
        let digits = "\(number)"
        let places = max(0, "\(largest)".count - digits.count)
        return Name(checked: "\(name.prefix(keyNameBytes))-\(digest):\(String(repeating: "0", count: places))\(digits)")
    }

    /// A region as a job names it.
    static func header(of region: Region, number: Int) -> RegionHeader {
        let settings = region.settings
        let kind: AxisHeader.Kind = settings.axis.kind == .kinetic ? .kinetic : .binding
        let points: AxisHeader.Points =
            switch settings.axis.points {
            case .uniform(let startEV, let stepEV, _): .uniform(startEV: startEV, stepEV: stepEV)
            case .explicit: .explicit(.float64)
            }
        let ordinate: Ordinate =
            switch settings.ordinate {
            case .counts: .counts
            case .countsPerSecond: .countsPerSecond
            case .arbitrary: .arbitrary
            }
        var header = RegionHeader(
            name: name(settings.name, number: number), points: settings.axis.count,
            axis: AxisHeader(kind: kind, points: points), ordinate: ordinate)
        header.photonEnergyEV = settings.photonEnergyEV
        header.workFunctionEV = settings.workFunctionEV
        header.passEnergyEV = settings.passEnergyEV
        header.dwellS = settings.dwellS
        header.sweeps = settings.sweeps.map(Double.init)
        header.isTransmissionCorrected = settings.isTransmissionCorrected
        header.transmission = settings.transmission == nil ? nil : .float32
        return header
    }

    /// A name that the wire takes: at most 64 bytes, no control characters, not empty.
    private static func name(_ text: String, number: Int) -> String {
        var name = String(text.unicodeScalars.filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
        while name.utf8.count > Limits.regionNameBytes { name.removeLast() }
        return name.isEmpty ? "region \(number)" : name
    }

    private static func meta(of spectrum: Spectrum, source: String, block: Int, withDetails: Bool = true) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("source", source)
        writer.field("block", block)
        if !spectrum.sample.isEmpty { writer.field("sample", spectrum.sample) }
        if withDetails {
            for (key, text) in spectrum.metadata.sorted(by: { $0.key < $1.key })
            where !["source", "block", "sample"].contains(key) {
                writer.key(key)
                writer.value(text)
            }
        }
        writer.endObject()
        return writer.bytes
    }
}

extension Spectrum {
    /// What people know a spectrum of a file by.
    func label(source: String, block: Int) -> String {
        "\(URL(fileURLWithPath: source).lastPathComponent):\(block)\(sample.isEmpty ? "" : " (\(sample))")"
    }
}
