// SPDX-License-Identifier: Apache-2.0

import SessiondPrimitives

/// The requests that somebody waits for, shared by their callers and the worker.
final class HTTPExchanges: Sendable {
    typealias Outcome = Result<HTTPResponse, HTTPFailure>
    typealias Waiter = CheckedContinuation<Outcome, Never>

    let state = Monitor(HTTPExchangeTable())

    /// How many requests are live.
    var count: Int { state.withLock { $0.entries.count } }

    /// Whether a thread is there.
    var isRunning: Bool { state.withLock { $0.threads > 0 } }

    /// Makes a request known, so that a cancellation that comes first finds it.
    func announce() -> UInt64 {
        state.withLock { state in
            state.lastID += 1
            state.entries[state.lastID] = .announced
            return state.lastID
        }
    }

    /// Hands a request to the worker; says whether one must be started.
    func submit(id: UInt64, _ request: HTTPRequest, _ waiter: Waiter, place: String) -> Bool {
        let (needsWorker, refusal): (Bool, HTTPFailure.Meaning?) = state.withLock { state in
            let entry = state.entries.removeValue(forKey: id)
            if state.isStopped { return (false, .stopped) }
            guard case .announced = entry else { return (false, .cancelled) }
            state.entries[id] = .waiting(waiter)
            state.inbox.submissions.append(HTTPInbox.Submission(id: id, request: request))
            return (state.serve(), nil)
        }
        if let refusal { waiter.resume(returning: .failure(HTTPFailure(refusal, at: place))) }
        return needsWorker
    }

    /// Ends a request, wherever it is.
    func cancel(id: UInt64, place: String) {
        let waiter: Waiter? = state.withLock { state in
            switch state.entries[id] {
            case .announced:
                state.entries[id] = .cancelledEarly
                return nil
            case .waiting(let waiter):
                state.entries[id] = nil
                state.withdraw(id)
                return waiter
            case .cancelledEarly, nil:
                return nil
            }
        }
        waiter?.resume(returning: .failure(HTTPFailure(.cancelled, at: place)))
    }

    /// Lets no later request use a connection that is there now.
    func dropConnections() {
        state.withLock { state in
            guard state.isServed else { return }
            state.inbox.dropsConnections = true
            state.multi?.wake()
        }
    }

    /// Ends all requests, and refuses those to come.
    func stop(place: String) {
        let waiters: [Waiter] = state.withLock { state in
            state.isStopped = true
            state.inbox = HTTPInbox(stops: true)
            state.multi?.wake()
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.resume(returning: .failure(HTTPFailure(.stopped, at: place))) }
    }

    /// Blocks until no thread is there; soon after ``stop(place:)``.
    func waitForEnd() { state.wait { $0.threads == 0 } }
}
