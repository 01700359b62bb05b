public import ArgumentParser
public import ClusterProtocol

/// The name of a run as an argument: at most 128 bytes without control characters.
extension Name: ExpressibleByArgument {
    /// Nil when it is no name.
    public init?(argument: String) {
        guard let name = try? Name(argument, as: .run) else { return nil }
        self = name
    }
}
