import ArgumentParser
import Foundation
import SpectrumFiles

/// Reads instrument files for the commands; those that libhdf5 reads in a process of its own, so that a damaged file
/// ends that process and nothing else.
enum FileReading {
    static func read(_ path: String, options: SpectrumFile.Options) throws -> SpectrumFile {
        guard SpectrumFile.isRisky(head(of: path)) else { return try SpectrumFile.read(path, options: options) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments =
            [ReadCommand.configuration.commandName ?? "read"]
            + (options.photonEnergyEV.map { ["--photon-energy", "\($0)"] } ?? []) + ["--", path]
        // A crash is an answer here, and needs no report of its own.
        process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw SpectrumFileError(
                file: path,
                reason: "libhdf5 breaks off at this file (\(process.terminationReason == .exit ? "status" : "signal") "
                    + "\(process.terminationStatus)); it is damaged")
        }
        return try SpectrumFile.decoded(data).get()
    }

    private static func head(of path: String) -> [UInt8] {
        guard let handle = FileHandle(forReadingAtPath: path) else { return [] }
        defer { try? handle.close() }
        return [UInt8]((try? handle.read(upToCount: 8)) ?? Data())
    }
}

/// `corelevel read-file`: reads one file for another process, within limits of time and memory.
struct ReadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read-file", abstract: "Read one instrument file for another process.", shouldDisplay: false)

    private static let secondsOfCPU: rlim_t = 120
    private static let bytesOfMemory: rlim_t = 16 << 30

    @Argument var file: String

    @Option var photonEnergy: Double?

    func run() throws {
        for (resource, most) in [(RLIMIT_CPU, Self.secondsOfCPU), (RLIMIT_AS, Self.bytesOfMemory), (RLIMIT_CORE, 0)] {
            var limit = rlimit(rlim_cur: most, rlim_max: most)
            setrlimit(__rlimit_resource_t(resource.rawValue), &limit)
        }
        var options = SpectrumFile.Options()
        options.photonEnergyEV = photonEnergy
        let result: Result<SpectrumFile, SpectrumFileError>
        do throws(SpectrumFileError) {
            result = .success(try SpectrumFile.read(file, options: options))
        } catch {
            result = .failure(error)
        }
        FileHandle.standardOutput.write(try SpectrumFile.encoded(result))
    }
}
