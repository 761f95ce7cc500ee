// SPDX-License-Identifier: Apache-2.0

import SessiondPrimitives

/// What the worker does.
extension HTTPExchanges {
    /// Takes what there is to do; the worker waits in that multi next.
    func take(waitingIn multi: CurlMulti) -> HTTPInbox {
        state.withLock { state in
            state.multi = multi
            let inbox = state.inbox
            state.inbox = HTTPInbox(stops: inbox.stops)
            return inbox
        }
    }

    /// The worker waits in another multi from now on; who has woken the one before meant this one.
    func wait(in multi: CurlMulti) {
        state.withLock { state in
            state.multi = multi
            if !state.inbox.isEmpty { multi.wake() }
        }
    }

    /// Answers whoever still waits.
    func finish(id: UInt64, _ outcome: Outcome) {
        let waiter: Waiter? = state.withLock { state in
            guard case .waiting(let waiter) = state.entries.removeValue(forKey: id) else { return nil }
            return waiter
        }
        waiter?.resume(returning: outcome)
    }

    /// Says that nobody looks at the inbox any more, unless something has come.
    func leaveIfIdle() -> Bool {
        state.withLock { state in
            guard state.inbox.isEmpty else { return false }
            state.leave()
            return true
        }
    }

    /// Says that nobody looks at the inbox any more, and gives up what is live.
    func leave(failing failure: HTTPFailure) {
        let waiters: [Waiter] = state.withLock { state in
            state.leave()
            state.inbox = HTTPInbox(stops: state.inbox.stops)
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.resume(returning: .failure(failure)) }
    }

    /// The last thing that a thread does, or the first that does not start.
    func threadEnded() { state.withLock { $0.threads -= 1 } }
}
