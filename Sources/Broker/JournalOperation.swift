/// A step of the journal on its disk, as an observer sees it.
package enum JournalOperation: Equatable, Sendable {
    case create(name: String, bytes: Int)
    case write(name: String, bytes: Range<Int>)
    case sync(name: String)
    case cut(name: String, bytes: Int)
    case rename(name: String, to: String)
    case remove(name: String)
    case syncDirectory
}
