import Glibc
import Synchronization

/// The functions of libhdf5, found at run time: no header and no package is needed to build.
///
/// Signatures: HDF5 1.10 to 2.0 reference manual; identifiers are 64 bits wide since 1.10. The library is not safe for
/// threads as Debian builds it, so every use holds ``lock``.
struct HDF5Library: Sendable {
    typealias ID = Int64
    typealias Text = UnsafePointer<CChar>
    typealias Close = @convention(c) (ID) -> Int32
    typealias Make = @convention(c) (ID, Text, ID, ID, ID) -> ID
    typealias Open = @convention(c) (ID, Text, ID) -> ID
    typealias Derive = @convention(c) (ID) -> ID

    static let lock = Mutex<Void>(())

    /// The library that was found first, or why there is none.
    static let loaded: Result<HDF5Library, HDF5Error> = {
        do throws(HDF5Error) { return .success(try HDF5Library()) } catch { return .failure(error) }
    }()

    private static let names = [
        "libhdf5_serial.so.103", "libhdf5.so.103", "libhdf5_serial.so.310", "libhdf5.so.310", "libhdf5.so.200",
        "libhdf5.so.320", "libhdf5_serial.so.200", "libhdf5_serial.so", "libhdf5.so",
    ]

    let setErrorPrinting: @convention(c) (ID, UnsafeRawPointer?, UnsafeRawPointer?) -> Int32
    let createPropertyList: Derive
    let useMemory: @convention(c) (ID, Int, UInt32) -> Int32
    let setFileImage: @convention(c) (ID, UnsafeMutableRawPointer, Int) -> Int32
    let closePropertyList: Close
    let openFile: @convention(c) (Text, UInt32, ID) -> ID
    let createFile: @convention(c) (Text, UInt32, ID, ID) -> ID
    let closeFile: Close
    let openGroup: Open
    let createGroup: Make
    let groupInfo: @convention(c) (ID, UnsafeMutableRawPointer) -> Int32
    let closeGroup: Close
    let linkName: @convention(c) (ID, Text, Int32, Int32, UInt64, UnsafeMutablePointer<CChar>?, Int, ID) -> Int
    let linkExists: @convention(c) (ID, Text, ID) -> Int32
    let createSoftLink: @convention(c) (Text, ID, Text, ID, ID) -> Int32
    let openDataset: Open
    let createDataset: @convention(c) (ID, Text, ID, ID, ID, ID, ID) -> ID
    let readDataset: @convention(c) (ID, ID, ID, ID, ID, UnsafeMutableRawPointer) -> Int32
    let writeDataset: @convention(c) (ID, ID, ID, ID, ID, UnsafeRawPointer) -> Int32
    let datasetSpace: Derive
    let datasetType: Derive
    let storageSize: @convention(c) (ID) -> UInt64
    let closeDataset: Close
    let reclaim: @convention(c) (ID, ID, ID, UnsafeMutableRawPointer) -> Int32
    let spaceRank: @convention(c) (ID) -> Int32
    let spaceExtents: @convention(c) (ID, UnsafeMutablePointer<UInt64>?, UnsafeMutablePointer<UInt64>?) -> Int32
    let createSpace: @convention(c) (Int32, UnsafePointer<UInt64>?, UnsafePointer<UInt64>?) -> ID
    let createScalarSpace: @convention(c) (Int32) -> ID
    let closeSpace: Close
    let typeClass: @convention(c) (ID) -> Int32
    let typeSize: @convention(c) (ID) -> Int
    let isVariableString: @convention(c) (ID) -> Int32
    let copyType: Derive
    let setTypeSize: @convention(c) (ID, Int) -> Int32
    let setCharacterSet: @convention(c) (ID, Int32) -> Int32
    let closeType: Close
    let attributeExists: @convention(c) (ID, Text, Text, ID) -> Int32
    let openAttribute: @convention(c) (ID, Text, Text, ID, ID) -> ID
    let createAttribute: @convention(c) (ID, Text, ID, ID, ID, ID) -> ID
    let readAttribute: @convention(c) (ID, ID, UnsafeMutableRawPointer) -> Int32
    let writeAttribute: @convention(c) (ID, ID, UnsafeRawPointer) -> Int32
    let attributeSpace: Derive
    let attributeType: Derive
    let closeAttribute: Close

    let nativeDouble: ID
    let double: ID
    let nativeFloat: ID
    let float: ID
    let nativeInteger: ID
    let integer: ID
    let string: ID
    let fileAccess: ID
    let version: String

    private init() throws(HDF5Error) {
        let named = getenv("CORELEVEL_LIBHDF5").map { [String(cString: $0)] }
        guard let handle = (named ?? Self.names).lazy.compactMap({ dlopen($0, RTLD_NOW | RTLD_LOCAL) }).first else {
            throw .noLibrary(reason: named.map { "\($0[0]) cannot be loaded" } ?? "none is installed")
        }
        let open: @convention(c) () -> Int32 = try Self.function("H5open", in: handle)
        typealias Number = UnsafeMutablePointer<UInt32>
        let libraryVersion: @convention(c) (Number, Number, Number) -> Int32 = try Self.function(
            "H5get_libversion", in: handle)
        var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
        guard open() >= 0, libraryVersion(&major, &minor, &release) >= 0 else {
            throw .noLibrary(reason: "the one installed does not start")
        }
        version = "\(major).\(minor).\(release)"
        guard major > 1 || minor >= 10 else {
            throw .noLibrary(reason: "version \(version) is installed where 1.10 is the oldest that can be used")
        }
        setErrorPrinting = try Self.function("H5Eset_auto2", in: handle)
        createPropertyList = try Self.function("H5Pcreate", in: handle)
        useMemory = try Self.function("H5Pset_fapl_core", in: handle)
        setFileImage = try Self.function("H5Pset_file_image", in: handle)
        closePropertyList = try Self.function("H5Pclose", in: handle)
        openFile = try Self.function("H5Fopen", in: handle)
        createFile = try Self.function("H5Fcreate", in: handle)
        closeFile = try Self.function("H5Fclose", in: handle)
        openGroup = try Self.function("H5Gopen2", in: handle)
        createGroup = try Self.function("H5Gcreate2", in: handle)
        groupInfo = try Self.function("H5Gget_info", in: handle)
        closeGroup = try Self.function("H5Gclose", in: handle)
        linkName = try Self.function("H5Lget_name_by_idx", in: handle)
        linkExists = try Self.function("H5Lexists", in: handle)
        createSoftLink = try Self.function("H5Lcreate_soft", in: handle)
        openDataset = try Self.function("H5Dopen2", in: handle)
        createDataset = try Self.function("H5Dcreate2", in: handle)
        readDataset = try Self.function("H5Dread", in: handle)
        writeDataset = try Self.function("H5Dwrite", in: handle)
        datasetSpace = try Self.function("H5Dget_space", in: handle)
        datasetType = try Self.function("H5Dget_type", in: handle)
        storageSize = try Self.function("H5Dget_storage_size", in: handle)
        closeDataset = try Self.function("H5Dclose", in: handle)
        reclaim = try Self.function("H5Dvlen_reclaim", in: handle)
        spaceRank = try Self.function("H5Sget_simple_extent_ndims", in: handle)
        spaceExtents = try Self.function("H5Sget_simple_extent_dims", in: handle)
        createSpace = try Self.function("H5Screate_simple", in: handle)
        createScalarSpace = try Self.function("H5Screate", in: handle)
        closeSpace = try Self.function("H5Sclose", in: handle)
        typeClass = try Self.function("H5Tget_class", in: handle)
        typeSize = try Self.function("H5Tget_size", in: handle)
        isVariableString = try Self.function("H5Tis_variable_str", in: handle)
        copyType = try Self.function("H5Tcopy", in: handle)
        setTypeSize = try Self.function("H5Tset_size", in: handle)
        setCharacterSet = try Self.function("H5Tset_cset", in: handle)
        closeType = try Self.function("H5Tclose", in: handle)
        attributeExists = try Self.function("H5Aexists_by_name", in: handle)
        openAttribute = try Self.function("H5Aopen_by_name", in: handle)
        createAttribute = try Self.function("H5Acreate2", in: handle)
        readAttribute = try Self.function("H5Aread", in: handle)
        writeAttribute = try Self.function("H5Awrite", in: handle)
        attributeSpace = try Self.function("H5Aget_space", in: handle)
        attributeType = try Self.function("H5Aget_type", in: handle)
        closeAttribute = try Self.function("H5Aclose", in: handle)
        // Numbers that H5open has set.
        nativeDouble = try Self.number("H5T_NATIVE_DOUBLE_g", in: handle)
        double = try Self.number("H5T_IEEE_F64LE_g", in: handle)
        nativeFloat = try Self.number("H5T_NATIVE_FLOAT_g", in: handle)
        float = try Self.number("H5T_IEEE_F32LE_g", in: handle)
        nativeInteger = try Self.number("H5T_NATIVE_LLONG_g", in: handle)
        integer = try Self.number("H5T_STD_I64LE_g", in: handle)
        string = try Self.number("H5T_C_S1_g", in: handle)
        fileAccess = try Self.number("H5P_CLS_FILE_ACCESS_ID_g", in: handle)
        // Errors come back as negative numbers; nobody wants HDF5's own report of them on standard error.
        _ = setErrorPrinting(0, nil, nil)
    }

    private static func symbol(_ name: String, in handle: UnsafeMutableRawPointer) throws(HDF5Error)
        -> UnsafeMutableRawPointer
    {
        guard let symbol = dlsym(handle, name) else {
            throw .noLibrary(reason: "the one installed lacks \(name)")
        }
        return symbol
    }

    private static func function<Function>(
        _ name: String, in handle: UnsafeMutableRawPointer
    ) throws(HDF5Error) -> Function {
        unsafeBitCast(try symbol(name, in: handle), to: Function.self)
    }

    private static func number(_ name: String, in handle: UnsafeMutableRawPointer) throws(HDF5Error) -> ID {
        try symbol(name, in: handle).load(as: ID.self)
    }
}
