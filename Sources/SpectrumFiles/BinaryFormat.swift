/// The formats that are read from bytes rather than lines, recognised by their content.
enum BinaryFormat {
    case phi
    case hdf5
    case specsXML
    case igor

    /// Nil for all others.
    ///
    /// An extension counts only for Igor's waves, which begin with a mere version.
    init?(_ bytes: [UInt8], name: String) {
        if bytes.starts(with: "SOFH".utf8) {
            self = .phi
        } else if NeXusReader.isHDF5(bytes) {
            self = .hdf5
        } else if Self.isSPECSXML(bytes) {
            self = .specsXML
        } else if name.lowercased().hasSuffix(".ibw") || IgorWave.isWave(bytes) {
            self = .igor
        } else {
            return nil
        }
    }

    private static func isSPECSXML(_ bytes: [UInt8]) -> Bool {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        guard bytes.dropFirst(start).starts(with: "<?xml".utf8) else { return false }
        let head = String(decoding: bytes.prefix(16_384), as: UTF8.self)
        return head.contains("CORBA XML") || head.contains("specs.de/Serializer")
    }
}
