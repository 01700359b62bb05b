import Foundation
import Logging

extension Logger {
    /// A logger that writes to standard error, so that standard output stays for results.
    ///
    /// `CORELEVEL_LOG` sets the level (`debug`, `info`, `notice`, `warning`, `error`); `notice` is the default.
    static func standardError(_ label: String) -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel =
            ProcessInfo.processInfo.environment["CORELEVEL_LOG"].flatMap(Logger.Level.init(rawValue:)) ?? .notice
        return logger
    }
}
