/// Why a scenario cannot be played.
public enum ScenarioError: Error, Hashable, CustomStringConvertible {
    /// The library lacks a polymer of the scenario.
    case unknownPolymer(String)

    /// What was wrong and what to do.
    public var description: String {
        switch self {
        case .unknownPolymer(let name):
            "the library has no polymer \(name), which this scenario needs: use the shipped one"
        }
    }
}
