import ClusterProtocol
import Glibc

/// Six free ports in a row, since peers are told the first and count from it.
enum PortBlock {
    /// Below the range from which Linux takes the ports of outgoing connections, and above the well-known ones.
    private static let range = 12_000..<32_000

    /// A base port whose block was free a moment ago; nil when none was found.
    static func free(on address: String) -> Int? {
        for _ in 0..<200 {
            let base = Int.random(in: range)
            if SocketRole.allCases.allSatisfy({ isFree(base + $0.rawValue, on: address) }) { return base }
        }
        return nil
    }

    private static func isFree(_ port: Int, on address: String) -> Bool {
        let probe = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard probe >= 0 else { return false }
        defer { close(probe) }
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = in_port_t(port).bigEndian
        place.sin_addr.s_addr = inet_addr(address == "localhost" ? "127.0.0.1" : address)
        return withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(probe, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
