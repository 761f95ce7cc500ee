// SPDX-License-Identifier: Apache-2.0

public import SessionProtocol

/// One step of ``SessionClient/changes()``: the session as it is now, as it was before, and what has led from one to the
/// other.
public struct SessionChange: Sendable, Equatable {
    /// What has led to a change.
    public enum Cause: Sendable, Equatable {
        /// Nothing: this is how the session is as following it begins.
        case snapshot
        /// One transition, as the daemon tells it.
        case event(SessionEvent)
        /// What the daemon cannot tell any more: it has restarted, or the app has not listened for too long. All that
        /// has happened in between, which may be nothing, is this one change.
        case gap
        /// The daemon cannot be followed now, and why. The session is the last that was seen, which may be wrong by
        /// now. Told once, until it can be followed again or there is another reason why not.
        case interrupted(ClientError)
        /// It can be followed again, and nothing was missed: what happened in between comes next.
        case resumed
    }

    /// What has happened.
    public var cause: Cause
    /// The session before; `nil` in the first view of it.
    public var previous: SessionStatus?
    /// The session now; `nil` only where it was never seen, since following it was interrupted before it began.
    public var status: SessionStatus?

    /// A change of those parts.
    public init(_ cause: Cause, previous: SessionStatus?, status: SessionStatus?) {
        (self.cause, self.previous, self.status) = (cause, previous, status)
    }

    /// Whether there is another customer than before, or none is known before: what belongs to the last one has to go.
    public var isOtherCustomer: Bool { previous?.generation != status?.generation }
}

extension SessionChange: CustomStringConvertible, CustomDebugStringConvertible {
    /// What has happened, and the session now, for a log: neither login nor labels.
    public var description: String {
        let other = previous != nil && isOtherCustomer ? ", another customer" : ""
        return "\(cause)\(other): " + (status.map { "\($0)" } ?? "never seen")
    }

    /// The same: whoever prints what a change is part of prints no login either.
    public var debugDescription: String { description }
}

extension SessionChange.Cause: CustomStringConvertible {
    /// Its name; of an event its kind and reason, of an interruption why.
    public var description: String {
        switch self {
        case .snapshot: "snapshot"
        case .event(let event): "\(event.kind)" + ((event.reason ?? event.what).map { " (\($0))" } ?? "")
        case .gap: "gap"
        case .interrupted(let error): "interrupted (\(error))"
        case .resumed: "resumed"
        }
    }
}
