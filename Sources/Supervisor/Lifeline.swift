import Foundation

/// Ties a child to its parent: the child ends when its standard input, whose other end only the parent holds, closes.
///
/// This works for every death of the parent, SIGKILL included, and without `PR_SET_PDEATHSIG`, which fires when the
/// parent's forking thread ends.
public enum Lifeline {
    /// Set in the environment of every child of a `Supervisor`.
    static let variable = "CORELEVEL_SUPERVISED"

    /// In a supervised child, starts the thread that waits for the parent's end; elsewhere does nothing.
    public static func holdIfSupervised() {
        guard ProcessInfo.processInfo.environment[variable] != nil else { return }
        unsetenv(variable)
        // The parent's pool threads block signals, and their children inherit that.
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        let thread = Thread {
            var byte: UInt8 = 0
            while true {
                let count = read(STDIN_FILENO, &byte, 1)
                // What was accepted is in the journal, so nothing needs to be finished first.
                if count == 0 || (count < 0 && errno != EINTR) { _exit(EXIT_SUCCESS) }
            }
        }
        thread.name = "lifeline"
        thread.start()
    }
}
