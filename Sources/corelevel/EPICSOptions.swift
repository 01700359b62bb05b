import ArgumentParser
import Collector

/// How the collector is told which EPICS process variables to fill.
struct EPICSOptions: ParsableArguments {
    @Option(
        help: "Put progress and results into EPICS records whose names begin so, for example BL00:XPS:.")
    var epicsPrefix: String?

    @Option(
        help: """
            EPICS's libca.so or its folder. Default: \(EPICSConfiguration.libraryVariable), that of EPICS_BASE, the system's.
            """)
    var epicsLibrary: String?

    func validate() throws {
        do { _ = try configuration } catch { throw ValidationError("--epics-prefix: \(error)") }
        guard epicsLibrary == nil || epicsPrefix != nil else {
            throw ValidationError("--epics-library needs --epics-prefix.")
        }
    }

    /// What the collector is configured with; nil without a prefix.
    var configuration: EPICSConfiguration? {
        get throws(EPICSError) {
            guard let epicsPrefix else { return nil }
            return try EPICSConfiguration(prefix: epicsPrefix, libraryPath: epicsLibrary)
        }
    }

    /// The same as arguments of the collector, which the supervisor starts.
    var arguments: [String] {
        (epicsPrefix.map { ["--epics-prefix", $0] } ?? []) + (epicsLibrary.map { ["--epics-library", $0] } ?? [])
    }
}
