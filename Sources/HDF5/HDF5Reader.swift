import Synchronization

/// An HDF5 file that is open for reading, from memory: what libhdf5 does with it changes no file.
///
/// It lives inside ``read(_:_:)`` only, which holds the library's lock.
public struct HDF5Reader: ~Copyable {
    /// The most values that are read at once.
    public static let mostValues = 1 << 26
    /// Deflate makes nothing smaller than this; a dataset that declares more has never been written.
    private static let mostCompression: UInt64 = 1100
    private static let mostLinks: UInt64 = 100_000
    private static let mostStringBytes = 1 << 20

    /// The version of libhdf5, or why there is none.
    public static var libraryVersion: Result<String, HDF5Error> { HDF5Library.loaded.map(\.version) }

    private let library: HDF5Library
    private let file: HDF5Library.ID

    /// Opens the bytes of a file for the time of `body`.
    public static func read<Value>(
        _ bytes: [UInt8], _ body: (borrowing HDF5Reader) throws -> Value
    ) throws -> Value {
        let library = try HDF5Library.loaded.get()
        return try HDF5Library.lock.withLock { _ in
            // A library built for threads keeps this for each thread.
            _ = library.setErrorPrinting(0, nil, nil)
            let reader = try HDF5Reader(bytes, library)
            defer { reader.close() }
            return try body(reader)
        }
    }

    private init(_ bytes: [UInt8], _ library: HDF5Library) throws(HDF5Error) {
        self.library = library
        let access = library.createPropertyList(library.fileAccess)
        defer { _ = library.closePropertyList(access) }
        var image = bytes
        let isSet = image.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return false }
            // The image is copied; without a backing store nothing is written.
            return library.useMemory(access, 1 << 20, 0) >= 0 && library.setFileImage(access, base, buffer.count) >= 0
        }
        file = isSet ? library.openFile("memory.h5", 0, access) : -1
        guard file >= 0 else { throw .notReadable }
    }

    private borrowing func close() {
        _ = library.closeFile(file)
    }

    /// Names of what a group holds, by name.
    public borrowing func children(of path: String) -> [String] {
        let group = library.openGroup(file, path, 0)
        guard group >= 0 else { return [] }
        defer { _ = library.closeGroup(group) }
        // The structure's second member, behind an enumeration and its padding, is the number of links.
        let info = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 8)
        defer { info.deallocate() }
        guard library.groupInfo(group, info) >= 0 else { return [] }
        let count = min(info.load(fromByteOffset: 8, as: UInt64.self), Self.mostLinks)
        return (0..<count).compactMap { index in
            var name = [CChar](repeating: 0, count: 1024)
            let length = library.linkName(group, ".", 0, 0, index, &name, name.count, 0)
            guard length > 0, length < name.count else { return nil }
            return String(decoding: name[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// Whether the path leads to a dataset.
    public borrowing func isDataset(_ path: String) -> Bool {
        let dataset = library.openDataset(file, path, 0)
        guard dataset >= 0 else { return false }
        _ = library.closeDataset(dataset)
        return true
    }

    /// The extents of a dataset, the last the fastest; empty for a single value.
    public borrowing func extents(of path: String) throws(HDF5Error) -> [Int] {
        let dataset = try open(path)
        defer { _ = library.closeDataset(dataset) }
        return try extents(library.datasetSpace(dataset), path)
    }

    /// The numbers of a dataset, the last extent the fastest.
    public borrowing func numbers(_ path: String) throws(HDF5Error) -> [Double] {
        let dataset = try open(path)
        defer { _ = library.closeDataset(dataset) }
        let count = try extents(library.datasetSpace(dataset), path).reduce(1, *)
        guard isNumber(library.datasetType(dataset)) else {
            throw .object(path: path, reason: "should hold numbers")
        }
        guard library.storageSize(dataset) >= UInt64(count) / Self.mostCompression else {
            throw .object(path: path, reason: "declares \(count) values that were never written")
        }
        var values = [Double](repeating: 0, count: count)
        let status = values.withUnsafeMutableBytes { buffer in
            buffer.baseAddress.map { library.readDataset(dataset, library.nativeDouble, 0, 0, 0, $0) } ?? 0
        }
        guard status >= 0 else { throw .object(path: path, reason: "its values cannot be read; the file is damaged") }
        return values
    }

    /// The text of a dataset; nil where it is missing or no text.
    public borrowing func text(_ path: String) -> String? {
        let dataset = library.openDataset(file, path, 0)
        guard dataset >= 0 else { return nil }
        defer { _ = library.closeDataset(dataset) }
        return texts(
            type: library.datasetType(dataset), space: library.datasetSpace(dataset)
        ) { library.readDataset(dataset, $0, 0, 0, 0, $1) }?.first
    }

    /// The texts of an attribute; empty where it is missing or no text.
    public borrowing func texts(attribute name: String, of path: String) -> [String] {
        guard library.attributeExists(file, path, name, 0) > 0 else { return [] }
        let attribute = library.openAttribute(file, path, name, 0, 0)
        guard attribute >= 0 else { return [] }
        defer { _ = library.closeAttribute(attribute) }
        return texts(type: library.attributeType(attribute), space: library.attributeSpace(attribute)) {
            library.readAttribute(attribute, $0, $1)
        } ?? []
    }

    /// The first text of an attribute.
    public borrowing func text(attribute name: String, of path: String) -> String? {
        texts(attribute: name, of: path).first
    }

    private borrowing func open(_ path: String) throws(HDF5Error) -> HDF5Library.ID {
        let dataset = library.openDataset(file, path, 0)
        guard dataset >= 0 else { throw .object(path: path, reason: "there is no such dataset") }
        return dataset
    }

    /// The extents of a space, which is closed.
    private borrowing func extents(_ space: HDF5Library.ID, _ path: String) throws(HDF5Error) -> [Int] {
        guard space >= 0 else { throw .object(path: path, reason: "its extents cannot be read; the file is damaged") }
        defer { _ = library.closeSpace(space) }
        let rank = Int(library.spaceRank(space))
        guard (0...32).contains(rank) else { throw .object(path: path, reason: "its extents cannot be read") }
        var extents = [UInt64](repeating: 0, count: rank)
        if rank > 0, library.spaceExtents(space, &extents, nil) < 0 {
            throw .object(path: path, reason: "its extents cannot be read; the file is damaged")
        }
        var count: UInt64 = 1
        for extent in extents {
            let (product, overflows) = count.multipliedReportingOverflow(by: extent)
            guard !overflows, product <= UInt64(Self.mostValues) else {
                throw .object(path: path, reason: "declares more than \(Self.mostValues) values")
            }
            count = product
        }
        return extents.map { Int($0) }
    }

    /// Whether a type, which is closed, holds numbers.
    private borrowing func isNumber(_ type: HDF5Library.ID) -> Bool {
        defer { _ = library.closeType(type) }
        // 0 integer, 1 floating point, 8 enumeration (h5py's booleans).
        return [0, 1, 8].contains(library.typeClass(type))
    }

    /// Texts of fixed or of variable length; type and space are closed.
    private borrowing func texts(
        type: HDF5Library.ID, space: HDF5Library.ID, read: (HDF5Library.ID, UnsafeMutableRawPointer) -> Int32
    ) -> [String]? {
        defer {
            _ = library.closeType(type)
            _ = library.closeSpace(space)
        }
        guard type >= 0, space >= 0, library.typeClass(type) == 3 else { return nil }
        let rank = library.spaceRank(space)
        guard rank >= 0, rank <= 1 else { return nil }
        var extent: UInt64 = 1
        if rank == 1, library.spaceExtents(space, &extent, nil) < 0 { return nil }
        guard extent > 0, extent <= 10_000 else { return nil }
        let count = Int(extent)
        if library.isVariableString(type) > 0 {
            var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
            return pointers.withUnsafeMutableBytes { buffer in
                guard let base = buffer.baseAddress, read(type, base) >= 0 else { return nil }
                defer { _ = library.reclaim(type, space, 0, base) }
                return buffer.bindMemory(to: UnsafeMutablePointer<CChar>?.self).map {
                    $0.map { String(cString: $0) } ?? ""
                }
            }
        }
        let size = library.typeSize(type)
        guard size > 0, size <= Self.mostStringBytes / count else { return nil }
        var bytes = [UInt8](repeating: 0, count: size * count)
        guard bytes.withUnsafeMutableBytes({ $0.baseAddress.map { read(type, $0) } ?? -1 }) >= 0 else { return nil }
        return (0..<count).map { index in
            var text = bytes[index * size..<(index + 1) * size].prefix { $0 != 0 }
            while text.last == 0x20 { text.removeLast() }
            return String(decoding: text, as: UTF8.self)
        }
    }
}
