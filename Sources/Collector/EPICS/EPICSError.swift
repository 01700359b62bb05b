/// What is wrong with how a collector was told to use EPICS.
public enum EPICSError: Error, Equatable, CustomStringConvertible {
    /// No record's name can begin like this.
    case prefix(String)

    /// What was wrong and what to do.
    public var description: String {
        switch self {
        case .prefix(let prefix):
            """
            \"\(prefix)\" cannot begin the names of EPICS records: give 1 to \
            \(EPICSConfiguration.nameCharacters - EPICSConfiguration.ownCharacters) letters, digits or _ - : [ ] < > ; \
            such as BL00:XPS:.
            """
        }
    }
}
