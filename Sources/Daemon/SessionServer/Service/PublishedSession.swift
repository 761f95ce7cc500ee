// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import SessionMachine
import SessionProtocol

/// The session as its owner has published it last.
struct PublishedSession {
    /// `nil` before the first time.
    private(set) var state: SessionState?
    /// The session's generation; `nil` where there is none. By itself: a copy of the snapshot costs more than it.
    private(set) var generation: Int64?
    /// When the session is over, on CLOCK_BOOTTIME, if its owner does not say otherwise; `nil`: never. Also by itself.
    private(set) var overAt: Duration?
    /// What the owner had done when there was a session last.
    private(set) var counts = SessionCounts()

    mutating func replace(by state: SessionState) {
        self.state = state
        (generation, overAt) = (nil, nil)
        guard case .available(let snapshot) = state else { return }
        (generation, overAt, counts) = (snapshot.record.generation, snapshot.overAt, snapshot.counts)
    }

    /// - Throws: ``SessionError`` named `storeLocked` where what is stored cannot be read.
    func snapshot() throws(SessionError) -> SessionSnapshot {
        switch state {
        case .available(let snapshot): return snapshot
        case .locked(let error): throw error
        case nil: throw SessionError(.internalError, "the session has not begun")
        }
    }
}
