import ArgumentParser
import Classifier
import ClusterProtocol
import Foundation
import NeuralNetwork

/// Exit statuses of `sysexits.h`, which scripts rely on.
enum ExitStatus {
    /// The command was used wrongly.
    static let usage = ExitCode(64)
    /// The input is not what it should be.
    static let dataError = ExitCode(65)
    /// An input file is missing or cannot be read.
    static let noInput = ExitCode(66)
    /// The cluster, or a part of it, is not there.
    static let unavailable = ExitCode(69)
    /// The system failed: disk, memory, processes.
    static let systemError = ExitCode(71)
    /// An output file cannot be made.
    static let cannotCreate = ExitCode(73)
    /// Trying again later may help.
    static let temporary = ExitCode(75)

    /// The other side does not speak the wire as specified.
    static let protocolError = ExitCode(76)

    /// Says at the start what would else end long work: that no file can be made in that folder.
    static func requireFolder(of file: String) throws {
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw report(
                SafeTensorsError.unwritable(file: file, reason: "the folder \(folder) is missing or read-only"),
                as: cannotCreate)
        }
    }

    /// Says on standard error what was wrong with a file of a model, of labels or of results, and returns the status to
    /// throw: 66 for what is not there, 73 for what cannot be made, 65 for what is not what it should be.
    static func report(_ error: any Error) -> ExitCode {
        switch error {
        case SafeTensorsError.unreadable, LabelledSetError.unreadable: report(error, as: noInput)
        case SafeTensorsError.unwritable, LabelledSetError.unwritable: report(error, as: cannotCreate)
        default: report(error, as: dataError)
        }
    }

    /// Says on standard error what was wrong and returns the status to throw.
    static func report(_ error: any Error, as status: ExitCode) -> ExitCode {
        if let status = error as? ExitCode { return status }
        // The codes of the wire are for programs.
        let words = (error as? ProtocolError)?.message ?? "\(error)"
        StandardError.say(words)
        return status
    }
}
