package import ClusterProtocol

/// One change of the store.
///
/// A commit takes many, in order, in one transaction.
package enum StoreChange: Sendable {
    /// A computed job, with all its results.
    case job(DeliveredJob)
    /// What the broker says about a run.
    case run(RunCounts)
    /// A dead letter.
    case dead(DeadLetter)
    /// A dead letter that is none any more.
    case revived(JobID)
    /// All dead letters are forgotten: the broker is about to tell them anew.
    case allRevived
    /// What an audience has told of a run, so that it goes on there after a restart.
    case note(audience: String, run: Name, json: String)
}

/// What a commit did with a job.
package enum StoreOutcome: Sendable, Equatable {
    /// Stored now; its first spectrum has this number in the run.
    case stored(firstNumber: Int)
    /// The same job was stored before: a redelivery.
    case alreadyStored
    /// It cannot be stored, now or later.
    case refused(String)
}
