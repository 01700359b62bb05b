import FoundationEssentials
public import Spectroscopy

/// The spectra of an instrument's file.
public struct SpectrumFile: Sendable {
    /// The formats that are read.
    public enum Format: String, Sendable {
        /// VAMAS, ISO 14976.
        case vamas = "VAMAS"
        /// Text of two columns.
        case text = "text"
        /// Scienta SES text export.
        case ses = "SES text"
        /// SPECS Prodigy .xy export.
        case specs = "SPECS xy"
        /// SPECS SpecsLab XML.
        case specsXML = "SPECS XML"
        /// Igor binary wave, as Scienta's programs save it.
        case igor = "Igor binary wave"
        /// PHI MultiPak and SmartSoft, .spe and .pro.
        case phi = "PHI"
        /// NeXus in HDF5: NXxps, NXmpes.
        case nexus = "NeXus"
    }

    /// What a reader may be told about a file that does not say it itself.
    public struct Options: Sendable, Hashable {
        /// Photon energy in eV where a file says none: for kinetic energies, and cross-sections.
        public var photonEnergyEV: Double?
        /// The largest file that is read.
        public var sizeLimit: Int

        /// Creates options; by default files up to 256 MiB are read.
        public init(photonEnergyEV: Double? = nil, sizeLimit: Int = 256 << 20) {
            self.photonEnergyEV = photonEnergyEV
            self.sizeLimit = sizeLimit
        }
    }

    /// The format it was read as.
    public let format: Format
    /// The spectra, in the file's order.
    public let spectra: [Spectrum]
    /// What a user should know about the reading: assumptions, blocks that were skipped, damage that was passed over.
    public let notices: [String]

    /// The number that each spectrum is known by: that of its first block where these tell all spectra apart, as those of
    /// the cycles of a depth profile do not; else its place, from 1.
    public var numbers: [Int] {
        let blocks = spectra.compactMap(\.blocks.first)
        return Set(blocks).count == spectra.count ? blocks : spectra.indices.map { $0 + 1 }
    }

    init(format: Format, spectra: [Spectrum], notices: [String]) {
        self.format = format
        self.spectra = spectra
        self.notices = notices
    }

    /// Reads a file, choosing the reader by its content.
    public static func read(_ path: String, options: Options = Options()) throws(SpectrumFileError) -> SpectrumFile {
        try read(load(path, limit: options.sizeLimit), named: path, options: options)
    }

    /// Reads the bytes of a file; the name is for messages and for formats that are known by their extension.
    public static func read(
        _ bytes: [UInt8], named name: String, options: Options = Options()
    ) throws(SpectrumFileError) -> SpectrumFile {
        if bytes.isEmpty { throw SpectrumFileError(file: name, reason: "the file is empty") }
        switch BinaryFormat(bytes, name: name) {
        case .phi: return try PHIReader.read(bytes, file: name, options: options)
        case .hdf5: return try NeXusReader.read(bytes, file: name, options: options)
        case .specsXML: return try SPECSXMLReader.read(bytes, file: name, options: options)
        case .igor: return try IgorReader.read(bytes, file: name, options: options)
        case nil: break
        }
        let text = TextEncoding.utf8(bytes)
        if let format = ForeignFormat(TextEncoding.isUTF16(bytes) ? text : bytes) {
            throw SpectrumFileError(file: name, reason: format.refusal)
        }
        switch TextFormat(text, name: name) {
        case .vamas: return try VAMASReader.read(text, file: name)
        case .ses: return try SESReader.read(text, file: name, options: options)
        case .specs: return try SPECSReader.read(text, file: name, options: options)
        case .columns: return try ColumnReader.read(text, file: name, options: options)
        }
    }

    /// A file's name without folder and extension.
    static func stem(of path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return String(name) }
        return String(name[..<dot])
    }

    private static func load(_ path: String, limit: Int) throws(SpectrumFileError) -> [UInt8] {
        do {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            let isLink = attributes[.type] as? FileAttributeType == .typeSymbolicLink
            let target = isLink ? URL(filePath: path).resolvingSymlinksInPath().path : path
            let resolved = isLink ? try FileManager.default.attributesOfItem(atPath: target) : attributes
            guard resolved[.type] as? FileAttributeType == .typeRegular else {
                throw SpectrumFileError(file: path, reason: "is not a regular file")
            }
            let size = (resolved[.size] as? Int) ?? Int(clamping: (resolved[.size] as? UInt64) ?? 0)
            guard size <= limit else {
                throw SpectrumFileError(
                    file: path, reason: "has \(size) bytes, \(limit) are the most that are read; split it")
            }
            return [UInt8](try Data(contentsOf: URL(filePath: target)))
        } catch let error as SpectrumFileError {
            throw error
        } catch {
            let exists = FileManager.default.fileExists(atPath: path)
            throw SpectrumFileError(
                file: path, reason: exists ? "cannot be read; see its permissions" : "there is no such file")
        }
    }
}
