// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

/// Follows the session over lost connections and restarts of the daemon, on a connection of its own; whoever calls waits.
package struct SessionFollower: ~Copyable {
    /// A change, and the daemon's own words for it: the `result` of a watch or the `params` of an event; `null` where
    /// there are none.
    package struct Update: Sendable {
        package let change: SessionChange
        package var json: JSONValue { element?.value ?? .null }
        fileprivate let element: JSONElement?
    }

    // The daemon answers a watch by itself, at once: what takes longer is a service that does not come up.
    fileprivate static let answerLimit = Duration.seconds(5)
    // A connection that stood for so long is no sign of a daemon that takes and drops them.
    private static let steady = Duration.milliseconds(100)

    private let path: SocketPath
    private let control: FollowControl
    private let audience: Audience?
    private var progress: WatchProgress
    private var connection: WatchConnection?
    // Until when the answer to the request has to come; nil: it has come.
    private var answerBy: ContinuousClock.Instant?
    private var connectedAt = ContinuousClock.now
    private var retryAt: ContinuousClock.Instant?
    private var unreachable = Backoff()
    private var refused = SessionFollower.patience

    // Who was refused is rarely let in a moment later, and each time is logged.
    private static var patience: Backoff { Backoff(from: .seconds(1), to: .seconds(30)) }

    /// Follows from an event on, where that can be, or from now on; it connects with the first ``next(until:)``.
    ///
    /// - Parameter audience: Whom it is for; `nil`: it lasts until it is ended.
    package init(
        path: SocketPath, since: Int64? = nil, control: FollowControl = FollowControl(), audience: Audience? = nil
    ) {
        (self.path, self.control, self.audience) = (path, control, audience)
        progress = WatchProgress(since: since)
    }

    /// Waits for the next change, at most until an instant; `nil`: the time is up, it was ended, or its audience
    /// is gone.
    package mutating func next(until deadline: ContinuousClock.Instant? = nil) -> Update? {
        while !control.isEnded, audience?.isGone != true, deadline.map({ $0 > .now }) ?? true {
            if let update = connection == nil ? connect(until: deadline) : receive(until: deadline) { return update }
        }
        return nil
    }

    deinit { control.note(nil) }

    private mutating func connect(until deadline: ContinuousClock.Instant?) -> Update? {
        if let retryAt, retryAt > .now {
            let pause = min(retryAt, deadline ?? retryAt) - .now
            if let audience { _ = audience.isGone(within: pause) } else { control.sleep(pause) }
            return nil
        }
        do throws(SystemError) {
            connection = try WatchConnection(to: path, since: progress.since, control, audience)
            connectedAt = .now
            answerBy = connectedAt + SessionFollower.answerLimit
            return nil
        } catch {
            return disconnect(for: unreachable.pause(), because: .connecting(to: path, error))
        }
    }

    private mutating func receive(until deadline: ContinuousClock.Instant?) -> Update? {
        let limits = [deadline, answerBy].compactMap { $0 }
        do throws(SessionError) {
            switch connection?.next(until: limits.min()) {
            case .line(.result(_, let json)): return try takeAnswer(json)
            case .line(.notification(SessionEvent.method, let json?)): return try takeEvent(json)
            case .line(.notification): return nil
            case .line(.error(_, let error)): return error.name == .shuttingDown ? lose() : refuse(.session(error))
            case .malformed(let error): throw error
            case .end: return lose()
            case .nothing, nil: return answerBy.map { $0 <= .now } == true ? refuse(.late) : nil
            }
        } catch {
            return refuse(.malformedAnswer(.watch, error))
        }
    }

    private mutating func takeAnswer(_ json: JSONElement) throws(SessionError) -> Update? {
        let answer = try WatchAnswer(from: AnswerReader(json))
        (answerBy, refused) = (nil, SessionFollower.patience)
        return progress.begin(with: answer).map { Update(change: $0, element: json) }
    }

    private mutating func takeEvent(_ json: JSONElement) throws(SessionError) -> Update? {
        let event = try SessionEvent(from: AnswerReader(json))
        switch event.kind {
        case .overflow: return lose()
        case .revoked: return refuse(.revoked)
        default: return progress.take(event).map { Update(change: $0, element: json) }
        }
    }

    // The connection is gone. Where it was answered before, the next one may show that nothing was missed.
    private mutating func lose() -> Update? {
        if answerBy == nil, .now - connectedAt >= SessionFollower.steady { unreachable = Backoff() }
        return disconnect(for: unreachable.pause(), because: answerBy == nil ? nil : .connectionLost(.watch))
    }

    private mutating func refuse(_ error: ClientError) -> Update? {
        disconnect(for: refused.pause(), because: error)
    }

    private mutating func disconnect(for pause: Duration, because error: ClientError?) -> Update? {
        // Before it is closed: its number may be another's then.
        control.note(nil)
        connection = nil
        retryAt = .now + pause
        return error.flatMap { progress.interrupt($0) }.map { Update(change: $0, element: nil) }
    }
}

extension ClientError {
    fileprivate static var late: ClientError {
        .timedOut(.watch, after: SessionFollower.answerLimit)
    }

    fileprivate static var revoked: ClientError {
        .session(SessionError(.permissionDenied, "the right to see the session was taken away"))
    }
}
