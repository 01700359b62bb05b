/// One document of Bluesky's event model (event-model 1.24): its name and what it holds.
package struct Document: Sendable, Hashable {
    /// The kinds that a run of the collector consists of.
    package enum Name: String, Sendable, CaseIterable {
        case start, descriptor, event
        case eventPage = "event_page"
        case stop
    }

    package var name: Name
    package var content: DocumentObject

    /// A document.
    package init(_ name: Name, _ content: DocumentObject) {
        self.name = name
        self.content = content
    }
}
