/// Why HDF5 did not do what it was asked.
public enum HDF5Error: Error, Sendable, Hashable {
    /// No libhdf5 is installed, or one that cannot be used.
    case noLibrary(reason: String)
    /// The bytes are no HDF5 file that can be opened.
    case notReadable
    /// An object is missing, or is of another kind than it should be.
    case object(path: String, reason: String)
    /// A file or an object cannot be written.
    case notWritable(path: String)
}

extension HDF5Error: CustomStringConvertible {
    /// What was wrong, where, and what to do.
    public var description: String {
        switch self {
        case .noLibrary(let reason):
            "HDF5 and NeXus need libhdf5 at run time, and \(reason); install it (Debian, Ubuntu: apt install libhdf5-103-1) "
                + "or name the library in CORELEVEL_LIBHDF5"
        case .notReadable: "libhdf5 cannot open the file; it is cut off or damaged"
        case .object(let path, let reason): "\(path): \(reason)"
        case .notWritable(let path): "\(path) cannot be written"
        }
    }
}
