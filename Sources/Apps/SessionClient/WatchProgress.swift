// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// What is known of the session while it is followed, over lost connections. It decides; it does no I/O.
struct WatchProgress {
    /// The number of the last event that is known; `nil`: none is.
    private(set) var since: Int64?
    private var status: SessionStatus?
    // The interruption that was told and is not over.
    private var interruption: Interruption?

    private struct Interruption: Equatable {
        let code: ClientError.Code
        let name: ErrorName?
    }

    /// Follows from an event on, or from now on.
    init(since: Int64?) { self.since = since }

    /// Takes the answer to a watch.
    mutating func begin(with answer: WatchAnswer) -> SessionChange? {
        let wasInterrupted = interruption != nil
        interruption = nil
        if answer.resumed, status != nil {
            // The session is what the events say that follow; the snapshot is of after them.
            return wasInterrupted ? SessionChange(.resumed, previous: status, status: status) : nil
        }
        let previous = status
        (status, since) = (answer.snapshot, answer.sequence)
        return SessionChange(previous == nil ? .snapshot : .gap, previous: previous, status: status)
    }

    /// Takes an event; `nil` where it is known already.
    mutating func take(_ event: SessionEvent) -> SessionChange? {
        guard event.sequence > since ?? .min else { return nil }
        let previous = status
        (since, status) = (event.sequence, event.status ?? status)
        return SessionChange(.event(event), previous: previous, status: status)
    }

    /// Notes that the session cannot be followed now; `nil` where that was told.
    mutating func interrupt(_ error: ClientError) -> SessionChange? {
        let new = Interruption(code: error.code, name: error.sessionError?.name)
        guard interruption != new else { return nil }
        interruption = new
        return SessionChange(.interrupted(error), previous: status, status: status)
    }
}
