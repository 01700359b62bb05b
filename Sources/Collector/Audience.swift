/// Somebody who is told how the runs go: Bluesky, EPICS.
///
/// An audience has its own thread and its own sockets. The collector leaves news in its ``Newsbox`` and goes on: a slow
/// or broken audience misses intermediate values, never the last ones, and holds nobody up. Whoever needs every spectrum
/// reads them from the store, by number, once the news say that there are more.
package protocol Audience: AnyObject, Sendable {
    /// Where the collector leaves what there is to tell.
    var news: Newsbox { get }

    /// Begins; called once, before anything is posted.
    ///
    /// What it throws ends the collector: for mistakes in the configuration. A peer that is away is no error.
    func start() async throws

    /// Tells what was posted last and ends, within a second or two; called once, while the store is still open.
    func stop() async
}
