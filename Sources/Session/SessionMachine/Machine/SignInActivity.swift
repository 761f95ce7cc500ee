// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

/// A question to the authority that a pending sign-in waits for. It is never taken back: its answer may be a grant.
package struct SignInStep: Sendable, Equatable {
    /// What is asked.
    package enum Kind: Sendable, Equatable {
        /// What has become of a code.
        case poll(DeviceCode)
        /// What a browser's code is good for.
        case redeem(Secret, BrowserRequest)
        /// Who tokens are for.
        case identify(IssuedToken)
    }

    /// Names the question.
    package var id: UInt64
    /// The sign-in that it is for.
    package var attempt: String
    /// What is asked.
    package var kind: Kind
    /// When, on CLOCK_BOOTTIME: what the lives of the tokens are counted from that it brings.
    package var askedAt: Duration
}

/// What came of such a question.
package enum SignInStepResult: Sendable, Equatable {
    /// Of a poll, or of redeeming a code.
    case reply(SignInReply)
    /// Of asking who somebody is.
    case identity(CustomerIdentity)
    /// Nothing that could be used.
    case failure(AuthorityFailure)
}

/// What a pending sign-in has under way; nothing of it is stored.
struct SignInActivity: Sendable, Equatable {
    /// A sign-in that the authority is asked to begin.
    struct Beginning: Sendable, Equatable {
        /// Somebody who waits for it.
        struct Caller: Sendable, Equatable {
            var call: CallID
            var initiator: Initiator
            /// What they want; `nil`: it is begun for them.
            var joinedFor: SignInWish?
        }

        var id: UInt64
        var wish: SignInWish
        var initiator: Initiator
        var callers: [Caller]
    }

    /// Who has ended a sign-in.
    enum Ender: Sendable, Equatable {
        /// Nobody: time, or the authority.
        case nobody
        /// Whoever has seen its code, and denied it at the authority, which alone knows who that was.
        case reader
        /// Who has given it up, or changed the session.
        case caller(Initiator)
        /// Who has begun another one in its place.
        case replacement(Initiator)

        /// Whom it counts for that it came to nothing: what others end counts for nobody, or they could lock one another
        /// out by it.
        func blamed(for initiator: Initiator) -> Initiator? {
            switch self {
            case .nobody: initiator
            case .reader: nil
            case .caller(let caller): caller == initiator ? initiator : nil
            case .replacement(let replacer): replacer
            }
        }
    }

    /// A sign-in that has signed somebody in.
    struct Success: Sendable, Equatable {
        var attempt: String
        /// The generation that followed.
        var generation: Int64
    }

    var beginning: Beginning?
    /// The question that is under way.
    var step: SignInStep?
    /// When the next one is due, where the stage has one.
    var nextStep = Duration.zero
    /// Who waits for a browser's sign-in to be completed.
    var completer: CallID?
    /// Steps that failed in a row.
    var failures = 0
    /// Whether what the last step came to could not be stored.
    var isUnstored = false
    /// The last one that signed somebody in.
    var success: Success?
    /// When sign-ins ended otherwise, by who had begun them, or has replaced them: nobody is kept waiting by what another
    /// begins.
    private var unsuccessful: [Initiator: [Duration]] = [:]
    /// When sign-ins were begun that have not signed somebody in, however they end.
    private var begun: [Initiator: [Duration]] = [:]

    /// How many of those there may be of one initiator within a time: a screen that begins anew for ever must not use up
    /// what the authority allows the whole shop.
    static let limits: [(count: Int, within: Duration)] = [(5, .seconds(60)), (20, .seconds(3_600))]
    /// How many there may be in all of one initiator, whoever has ended them.
    static let begunLimit = (count: 120, within: Duration.seconds(3_600))
    /// For so long it is tried to find out who tokens are for, and to store it.
    static let longestIdentification = Duration.seconds(600)
    /// How much longer the pause between polls becomes when the authority says so (RFC 8628 §3.5).
    static let slowDown = Duration.seconds(5)
    /// The longest pause that polls come to which find nobody.
    static let longestPollPause = Duration.seconds(60)

    /// From when on an initiator may begin another; `nil`: at once.
    ///
    /// - Parameter replacing: Whether it takes the place of one, which comes to nothing by that.
    func allowedFrom(_ now: Duration, by initiator: Initiator, replacing: Bool) -> Duration? {
        func from(_ past: [Duration], _ limit: (count: Int, within: Duration)) -> Duration? {
            let recent = past.filter { $0 > now - limit.within }
            return recent.count < limit.count ? nil : recent[recent.count - limit.count] + limit.within
        }
        let past = unsuccessful[initiator, default: []] + (replacing ? [now] : [])
        let instants =
            SignInActivity.limits.map { from(past, $0) }
            + [from(begun[initiator, default: []], SignInActivity.begunLimit)]
        return instants.compactMap { $0 }.max()
    }

    mutating func noteBegun(by initiator: Initiator, at now: Duration) {
        SignInActivity.note(now, by: initiator, in: &begun, for: SignInActivity.begunLimit.within)
    }

    /// Takes the last one that was begun out of account.
    mutating func forgetBegun(by initiator: Initiator) { _ = begun[initiator]?.popLast() }

    mutating func noteUnsuccessful(by initiator: Initiator, at now: Duration) {
        let longest = SignInActivity.limits.map(\.within).max() ?? .zero
        SignInActivity.note(now, by: initiator, in: &unsuccessful, for: longest)
    }

    // What is older than the longest limit looks back is forgotten, of everybody.
    private static func note(
        _ now: Duration, by initiator: Initiator, in times: inout [Initiator: [Duration]], for longest: Duration
    ) {
        times[initiator, default: []].append(now)
        times = times.mapValues { $0.filter { $0 > now - longest } }.filter { !$0.value.isEmpty }
    }
}
