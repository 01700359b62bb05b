internal import CChannelAccess
public import Foundation
internal import Glibc

/// EPICS's Channel Access client library, opened at run time: whoever does not use EPICS needs nothing of it.
public struct ChannelAccessLibrary: Sendable {
    /// The environment variable that names the library or its folder.
    public static let variable = "CORELEVEL_LIBCA"

    /// Where it was found.
    public let path: String
    let functions: Functions

    /// The calls that we make, looked up once.
    struct Functions: @unchecked Sendable {  // Unchecked: addresses of code that is never unloaded.
        let createContext: ca_context_create_function
        let destroyContext: ca_context_destroy_function
        let createChannel: ca_create_channel_function
        let user: ca_puser_function
        let elementCount: ca_element_count_function
        let hostName: ca_host_name_function
        let put: ca_array_put_callback_function
        let pendEvent: ca_pend_event_function
        let message: ca_message_function
        let addExceptionEvent: ca_add_exception_event_function
        let replacePrintfHandler: ca_replace_printf_handler_function
        let repeaterThread: ca_repeater_thread_function
    }

    /// Opens the library: the one named, else that of `EPICS_BASE`, else the system's.
    public init(
        path: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ChannelAccessError) {
        if let named = path ?? environment[Self.variable] {
            let file = Self.library(at: named)
            guard let handle = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else {
                throw .libraryUnusable(path: named, reason: Self.loaderMessage)
            }
            (self.path, functions) = (file, try Functions(handle, file))
            return
        }
        let candidates = Self.candidates(environment)
        for candidate in candidates {
            guard let handle = dlopen(candidate, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else { continue }
            (self.path, functions) = (candidate, try Functions(handle, candidate))
            return
        }
        throw .libraryMissing(tried: candidates)
    }

    /// A status of libca in words.
    func words(_ status: Int32) -> String {
        functions.message(Int(status)).map { String(cString: $0) } ?? "status \(status)"
    }

    /// Serves as the repeater of this host's Channel Access clients, for ever; returns where there is one already.
    ///
    /// It hands on the word that an IOC is back. libca would else start the program `caRepeater`, which outlives us and
    /// holds our standard output.
    public func runRepeater() {
        functions.repeaterThread(nil)
    }

    /// Waits until this host's repeater answers, a second at most, so that libca finds it and starts none.
    public func awaitRepeater(environment: [String: String] = ProcessInfo.processInfo.environment) {
        // EPICS_CA_REPEATER_PORT and its default are those of the CA reference manual; an empty datagram registers.
        let port = environment["EPICS_CA_REPEATER_PORT"].flatMap(UInt16.init) ?? 5065
        let socket = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        guard socket >= 0 else { return }
        defer { Glibc.close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, size) }
        }
        for _ in 0..<20 {
            send(socket, nil, 0, 0)
            var answer = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            // Readable is an answer; where nobody listens the kernel says so at once.
            if poll(&answer, 1, 50) > 0, Int32(answer.revents) & POLLERR == 0 { return }
            usleep(20_000)
            // Taken, the error of this datagram does not fail the next.
            var pending: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(socket, SOL_SOCKET, SO_ERROR, &pending, &length)
        }
    }

    private static func candidates(_ environment: [String: String]) -> [String] {
        var candidates: [String] = []
        if let base = environment["EPICS_BASE"], let architecture = environment["EPICS_HOST_ARCH"] {
            candidates.append("\(base)/lib/\(architecture)/libca.so")
        }
        candidates.append("libca.so")
        // Without the development package only the full name of a release is there, and the loader asks for just that.
        let machine = ["x86_64-linux-gnu", "aarch64-linux-gnu"].map { "/usr/lib/\($0)" }
        for folder in machine + ["/usr/lib64", "/usr/lib", "/usr/local/lib"] {
            if let file = newest(in: folder) { candidates.append(file) }
        }
        return candidates
    }

    /// The library at a path that is it, or holds it.
    private static func library(at path: String) -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
        else {
            return path
        }
        return newest(in: path) ?? "\(path)/libca.so"
    }

    private static func newest(in folder: String) -> String? {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let versions = files.filter { $0 == "libca.so" || $0.hasPrefix("libca.so.") }
        return versions.max { $0.compare($1, options: .numeric) == .orderedAscending }.map {
            "\(folder)/\($0)"
        }
    }

    fileprivate static var loaderMessage: String {
        dlerror().map { String(cString: $0) } ?? "the loader gives no reason"
    }
}

extension ChannelAccessLibrary.Functions {
    fileprivate init(_ handle: UnsafeMutableRawPointer, _ path: String) throws(ChannelAccessError) {
        func look<Function>(_ name: String, _ type: Function.Type) throws(ChannelAccessError)
            -> Function
        {
            guard let symbol = dlsym(handle, name) else {
                throw .libraryUnusable(path: path, reason: "it has no \(name)")
            }
            // The types are those of cadef.h, the same in every release since 3.14.
            return unsafeBitCast(symbol, to: type)
        }
        createContext = try look("ca_context_create", ca_context_create_function.self)
        destroyContext = try look("ca_context_destroy", ca_context_destroy_function.self)
        createChannel = try look("ca_create_channel", ca_create_channel_function.self)
        user = try look("ca_puser", ca_puser_function.self)
        elementCount = try look("ca_element_count", ca_element_count_function.self)
        hostName = try look("ca_host_name", ca_host_name_function.self)
        put = try look("ca_array_put_callback", ca_array_put_callback_function.self)
        pendEvent = try look("ca_pend_event", ca_pend_event_function.self)
        message = try look("ca_message", ca_message_function.self)
        addExceptionEvent = try look("ca_add_exception_event", ca_add_exception_event_function.self)
        replacePrintfHandler = try look(
            "ca_replace_printf_handler", ca_replace_printf_handler_function.self)
        repeaterThread = try look("caRepeaterThread", ca_repeater_thread_function.self)
    }
}
