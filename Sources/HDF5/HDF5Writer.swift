import Glibc
import Synchronization

/// A new HDF5 file that is being written.
///
/// It lives inside ``write(_:_:)`` only, which holds the library's lock.
public struct HDF5Writer: ~Copyable {
    private let library: HDF5Library
    private let file: HDF5Library.ID

    /// Writes a file: all of it, or none where something fails.
    public static func write(_ path: String, _ body: (borrowing HDF5Writer) throws -> Void) throws {
        let library = try HDF5Library.loaded.get()
        let unfinished = path + ".unfinished"
        try HDF5Library.lock.withLock { _ in
            // A library built for threads keeps this for each thread.
            _ = library.setErrorPrinting(0, nil, nil)
            let file = library.createFile(unfinished, 2, 0, 0)
            guard file >= 0 else { throw HDF5Error.notWritable(path: path) }
            do {
                try body(HDF5Writer(library: library, file: file))
            } catch {
                _ = library.closeFile(file)
                unlink(unfinished)
                throw error
            }
            guard library.closeFile(file) >= 0, rename(unfinished, path) == 0 else {
                unlink(unfinished)
                throw HDF5Error.notWritable(path: path)
            }
        }
    }

    private init(library: HDF5Library, file: HDF5Library.ID) {
        self.library = library
        self.file = file
    }

    /// Makes a group of a NeXus class; its parent must be there.
    public borrowing func group(_ path: String, class name: String? = nil) throws(HDF5Error) {
        let group = library.createGroup(file, path, 0, 0, 0)
        guard group >= 0 else { throw .notWritable(path: path) }
        _ = library.closeGroup(group)
        if let name { try attribute("NX_class", name, of: path) }
    }

    /// Writes a text.
    public borrowing func text(_ path: String, _ value: String) throws(HDF5Error) {
        try texts(path, [value], extents: [])
    }

    /// Writes a list of texts.
    public borrowing func texts(_ path: String, _ values: [String]) throws(HDF5Error) {
        try texts(path, values, extents: [values.count])
    }

    private borrowing func texts(_ path: String, _ values: [String], extents: [Int]) throws(HDF5Error) {
        let type = textType()
        defer { _ = library.closeType(type) }
        let pointers = values.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        try dataset(path, type, memory: type, extents: extents, pointers)
    }

    /// Writes numbers of double precision.
    public borrowing func numbers(_ path: String, _ values: [Double], unit: String? = nil) throws(HDF5Error) {
        try dataset(path, library.double, memory: library.nativeDouble, extents: [values.count], values)
        if let unit { try attribute("units", unit, of: path) }
    }

    /// Writes numbers of single precision.
    public borrowing func numbers(_ path: String, _ values: [Float], unit: String? = nil) throws(HDF5Error) {
        try dataset(path, library.float, memory: library.nativeFloat, extents: [values.count], values)
        if let unit { try attribute("units", unit, of: path) }
    }

    /// Writes one number.
    public borrowing func number(_ path: String, _ value: Double, unit: String? = nil) throws(HDF5Error) {
        try dataset(path, library.double, memory: library.nativeDouble, extents: [], [value])
        if let unit { try attribute("units", unit, of: path) }
    }

    /// Writes one whole number.
    public borrowing func integer(_ path: String, _ value: Int) throws(HDF5Error) {
        try dataset(path, library.integer, memory: library.nativeInteger, extents: [], [Int64(value)])
    }

    /// Makes a name for an object that is elsewhere in the file.
    public borrowing func link(_ path: String, to target: String) throws(HDF5Error) {
        guard library.createSoftLink(target, file, path, 0, 0) >= 0 else { throw .notWritable(path: path) }
    }

    /// Sets an attribute of a group or a dataset.
    public borrowing func attribute(_ name: String, _ value: String, of path: String) throws(HDF5Error) {
        let type = textType()
        defer { _ = library.closeType(type) }
        let pointer = strdup(value)
        defer { free(pointer) }
        try attribute(name, type, memory: type, [pointer], of: path)
    }

    /// Sets an attribute that is a whole number.
    public borrowing func attribute(_ name: String, _ value: Int, of path: String) throws(HDF5Error) {
        try attribute(name, library.integer, memory: library.nativeInteger, [Int64(value)], of: path)
    }

    /// Text of any length in UTF-8, which h5py reads as text and not as bytes.
    private borrowing func textType() -> HDF5Library.ID {
        let type = library.copyType(library.string)
        _ = library.setTypeSize(type, -1)
        _ = library.setCharacterSet(type, 1)
        return type
    }

    private borrowing func dataset<Element>(
        _ path: String, _ type: HDF5Library.ID, memory: HDF5Library.ID, extents: [Int], _ values: [Element]
    ) throws(HDF5Error) {
        let space =
            extents.isEmpty
            ? library.createScalarSpace(0)
            : library.createSpace(Int32(extents.count), extents.map { UInt64($0) }, nil)
        defer { _ = library.closeSpace(space) }
        let dataset = library.createDataset(file, path, type, space, 0, 0, 0)
        guard dataset >= 0 else { throw .notWritable(path: path) }
        defer { _ = library.closeDataset(dataset) }
        let status = values.withUnsafeBytes { buffer in
            buffer.baseAddress.map { library.writeDataset(dataset, memory, 0, 0, 0, $0) } ?? 0
        }
        guard status >= 0 else { throw .notWritable(path: path) }
    }

    private borrowing func attribute<Element>(
        _ name: String, _ type: HDF5Library.ID, memory: HDF5Library.ID, _ values: [Element], of path: String
    ) throws(HDF5Error) {
        let group = library.openGroup(file, path, 0)
        let object = group >= 0 ? group : library.openDataset(file, path, 0)
        guard object >= 0 else { throw .notWritable(path: path) }
        defer { _ = group >= 0 ? library.closeGroup(object) : library.closeDataset(object) }
        let space = library.createScalarSpace(0)
        defer { _ = library.closeSpace(space) }
        let attribute = library.createAttribute(object, name, type, space, 0, 0)
        guard attribute >= 0 else { throw .notWritable(path: "\(path)@\(name)") }
        defer { _ = library.closeAttribute(attribute) }
        let status = values.withUnsafeBytes { buffer in
            buffer.baseAddress.map { library.writeAttribute(attribute, memory, $0) } ?? -1
        }
        guard status >= 0 else { throw .notWritable(path: "\(path)@\(name)") }
    }
}
