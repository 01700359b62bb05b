import Foundation

/// Where everything goes that is no result.
enum StandardError {
    /// Says a sentence; what was printed before goes out first, so that in one file the two do not cut into each other.
    static func say(_ text: String) {
        fflush(nil)
        FileHandle.standardError.write(Data("corelevel: \(text)\n".utf8))
    }
}
