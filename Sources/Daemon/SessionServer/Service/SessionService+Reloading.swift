// SPDX-License-Identifier: Apache-2.0

import AccessRules
import DeviceSession
import LineServer
import SessionMachine
import SessionProtocol

extension SessionService {
    /// Has the configuration read again, for a call or (`nil`) because of a signal.
    func reload(for call: CallID?, dryRun: Bool, by requester: Requester) {
        if !dryRun { life.beginReload() }
        life.hooks.reload(dryRun) { [mailbox] in mailbox.post(.reloaded(call, dryRun: dryRun, by: requester, $0)) }
    }

    func finishReload(_ call: CallID?, dryRun: Bool, by requester: Requester, _ outcome: ReloadOutcome) {
        if let configuration = outcome.configuration { adopt(configuration, outcome.session) }
        if !dryRun {
            records.journal.reloaded(outcome.result, by: requester)
            life.endReload(statusLine)
        }
        if let call { complete(call, outcome.result.map { $0 }) }
    }

    func hangUp(pid: Int32, uid: UInt32) { reload(for: nil, dryRun: false, by: .signal(pid: pid, uid: uid)) }

    /// Follows another configuration, and judges everybody who is connected by its rules.
    func adopt(_ configuration: ServerConfiguration, _ session: DeviceSession?) {
        let origins = self.configuration.access.origins
        self.configuration = configuration
        if let session { owner.session = session }
        records.signIns.limits = configuration.limits
        loop?.adopt(configuration.limits.lines)
        // Who they are stays what it was when they connected; what they may do is what the rules say now.
        var last: (caller: Caller, capabilities: CapabilitySet)?
        loop?.forEachConnection { connection in
            let caller = connection.caller
            // Thousands may be one caller's, who is in thousands of groups.
            let known = last.flatMap { $0.caller.isJudged(like: caller) ? $0.capabilities : nil }
            connection.capabilities = known ?? capabilities(of: caller)
            last = (caller, connection.capabilities)
            if !connection.capabilities.contains(.identityRead) { revokeWatch(of: connection) }
        }
        if origins != configuration.access.origins { tellOfOrigins() }
    }

    func capabilities(of caller: Caller) -> CapabilitySet {
        configuration.access.capabilities(
            of: caller.credentials, isObserver: caller.isObserver, onBehalfOf: caller.origin)
    }

    /// The error for a caller without a capability.
    func denial(of capability: Capability, to caller: Caller) -> SessionError {
        configuration.access.denial(
            of: capability, to: caller.credentials, isObserver: caller.isObserver, onBehalfOf: caller.origin)
    }
}
