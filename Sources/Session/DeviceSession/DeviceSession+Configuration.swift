// SPDX-License-Identifier: Apache-2.0

package import SessionMachine
package import SessionProtocol
import SessiondLinux

extension DeviceSession {
    /// Another configuration, while the session goes on.
    package struct Configuration: Sendable {
        /// What the session follows.
        var policy: SessionPolicy
        /// Makes the authority; `nil`: the one that there is goes on.
        package var makeAuthority: (@Sendable (AuthorityKeys) -> any Authority)?
        /// Why a stored session of a kind of authority is not gone on with.
        var refusal: @Sendable (_ authorityKind: String) -> SessionError?
        /// Whether a session that cannot be read is tried again.
        var reopens: Bool

        package init(
            policy: SessionPolicy, makeAuthority: (@Sendable (AuthorityKeys) -> any Authority)? = nil,
            refusal: @escaping @Sendable (_ authorityKind: String) -> SessionError? = { _ in nil },
            reopens: Bool = false
        ) {
            (self.policy, self.makeAuthority) = (policy, makeAuthority)
            (self.refusal, self.reopens) = (refusal, reopens)
        }
    }

    /// Goes on with another configuration; a session that is bound to another authority or key ends, as at a start. What
    /// is stored and could not be read so far is read where it can be.
    ///
    /// - Parameters:
    ///   - dryRun: Whether it is only found out what would become of the session.
    ///   - reply: Takes, on the session's thread, whether the session ends for it.
    package nonisolated func reconfigure(
        _ configuration: Configuration, dryRun: Bool = false, reply: @escaping @Sendable (_ endsSession: Bool) -> Void
    ) {
        thread.run {
            self.assumeIsolated { session in
                reply(session.reconfigure(configuration, dryRun: dryRun))
            }
        }
    }

    // Whether the session ends for it.
    private func reconfigure(_ configuration: Configuration, dryRun: Bool) -> Bool {
        settle()
        let made = machine.flatMap { configuration.makeAuthority?(AuthorityKeys($0.record)) }
        var next = machine
        var turn = Turn(now: surroundings.clock.now())
        next?.handle(.reconfigured(configuration.policy, made?.traits), &turn)
        let endsSession = DeviceSession.ends(machine?.record, in: next?.record)
        guard !dryRun else { return endsSession }
        (surroundings.policy, surroundings.refusal) = (configuration.policy, configuration.refusal)
        if let makeAuthority = configuration.makeAuthority { surroundings.makeAuthority = makeAuthority }
        if let made { authority = made }
        if let next { commit(next, turn) }
        if lockedBecause != nil, configuration.reopens { return reopen().endedSession }
        return endsSession
    }

    // Whether a record's customer is gone in another one, or signed out.
    static func ends(_ record: SessionRecord?, in next: SessionRecord?) -> Bool {
        guard let record, let next else { return false }
        return next.uuid != record.uuid || (record.hasCustomer && !next.hasCustomer)
    }
}

extension SessionRecord {
    fileprivate var hasCustomer: Bool { client != nil || holdsSimpleAuthentication }
}
