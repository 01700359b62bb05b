/// Why an answer cannot be explained, in the user's words.
public enum ExplanationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The model is none of those that read regions.
    case needsRegions(model: String, architecture: Architecture)
    /// No region lies within the grid.
    case nothingRecorded
    /// The spectrum cannot be read.
    case unreadable(AnalysisError)

    /// What was wrong and what to do.
    public var description: String {
        switch self {
        case .needsRegions(let model, let architecture):
            "an explanation needs a model on regions (\(Architecture.regionSTN.rawValue)); “\(model)” is a "
                + "\(architecture.rawValue): choose another, such as --model \(Model.defaultName)"
        case .nothingRecorded:
            "there is nothing to explain: no region was recorded between 40 and 700 eV binding energy"
        case .unreadable(let error):
            error.description
        }
    }
}
