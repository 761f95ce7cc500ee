// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// Decides what follows an attempt of a call: which may be made again, when, and what is reported in the end.
struct CallAttempts: Sendable {
    /// What follows.
    enum Step: Equatable {
        /// It is over, and well.
        case finish(JSONElement)
        /// It is over.
        indirect case fail(ClientError)
        /// It is over, and nobody knows whether the session has changed.
        case outcomeUnknown
        /// Once more, after a pause.
        case retry(after: Duration)
    }

    let call: Called
    let deadline: CallDeadline
    /// How long attempts are repeated after the first one that failed; `nil`: until the deadline.
    let retryLimit: Duration?
    /// Whether the daemon was there before, so that it is worth while to wait until it is back.
    var wasConnected: Bool
    private(set) var count = 0
    private var backoff = Backoff()
    private var firstFailure: ContinuousClock.Instant?

    init(_ call: Called, _ deadline: CallDeadline, wasConnected: Bool, retryLimit: Duration? = nil) {
        (self.call, self.deadline) = (call, deadline)
        (self.wasConnected, self.retryLimit) = (wasConnected, retryLimit)
    }

    /// What follows an attempt that ended so.
    mutating func next(after outcome: CallOutcome, now: @autoclosure () -> ContinuousClock.Instant = .now) -> Step {
        count += 1
        switch outcome {
        case .result(let value): return .finish(value)
        case .failed(let error):
            // It stops: the next one, or this one once it is gone, will answer.
            let isStopping = error.sessionError?.name == .shuttingDown
            return isStopping && !call.isMutation ? retry(error, now()) : .fail(error)
        case .unreachable(let error, mayPass: true): return retry(error, now(), limit: nil)
        case .unreachable(let error, mayPass: false): return wasConnected ? retry(error, now()) : .fail(error)
        case .lost(let wasSent):
            wasConnected = true
            if wasSent, call.isMutation { return .outcomeUnknown }
            return retry(.connectionLost(call), now())
        }
    }

    private mutating func retry(_ error: ClientError, _ now: ContinuousClock.Instant) -> Step {
        retry(error, now, limit: retryLimit)
    }

    private mutating func retry(_ error: ClientError, _ now: ContinuousClock.Instant, limit: Duration?) -> Step {
        let pause = backoff.pause()
        let began = firstFailure ?? now
        firstFailure = began
        let end = limit.map { min(began + $0, deadline.instant) } ?? deadline.instant
        return now + pause < end ? .retry(after: pause) : .fail(error)
    }
}
