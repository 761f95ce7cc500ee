// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessionProtocol

/// What the daemon has heard of its authority.
struct AuthorityCheck: DoctorCheck {
    static let name = "authority"

    let daemon: DaemonFacts
    let remedies: Remedies
    var schema = SettingSchema.known

    func examine() -> DoctorFinding {
        guard let status = try? daemon.status.get() else { return .skipped("sessiond does not say") }
        let authority = status.authority
        // A daemon of another version may have a kind that is unknown here.
        let kind = schema.kind(authority.kind)
        if let kind, kind.network == nil { return .ok("\(kind.name): this device issues its tokens itself") }
        let hasToken = ![TokenState.none, .expired].contains(status.tokenState)
        guard authority.reachable else { return unreachable(authority, hasToken) }
        // What it refuses the settings is named while there still is a token, too.
        if let error = authority.lastError, let reason = daemon.problem(.authorityUnavailable) {
            let found = "\(authority.kind): it answers, but something is set up wrong (\(error)): \(reason)"
            let hint = "put it right in the settings, or at the authority, then: \(remedies.reload)"
            return hasToken ? .warning(found, hint: hint) : .problem(found, hint: hint)
        }
        guard let error = authority.lastError, !hasToken else {
            let isAsked = authority.lastAnsweredAt != nil || authority.lastError != nil
            guard hasToken || isAsked else { return notAsked(authority) }
            let token = hasToken ? "the token is \(status.tokenState.rawValue)" : "no token yet"
            let contact = isAsked ? "reachable" : "not asked since sessiond was started"
            return .ok("\(authority.kind): \(contact), \(token)")
        }
        let reason = daemon.problem(.authorityRejected) ?? "there is no token"
        return .problem(
            "\(authority.kind): it answers, but with no (\(error)): \(reason)",
            hint: "\(kind?.network?.whenRefused ?? "see its settings"), then: \(remedies.reload)")
    }

    // Whether it can be reached, dns and tls say.
    private func notAsked(_ authority: AuthorityStatus) -> DoctorFinding {
        let next = authority.nextAttemptAt.map { "it is asked at \($0.shown)" } ?? "it is being asked"
        return .warning(
            "\(authority.kind): it has not answered yet, and there is no token", hint: "see dns and tls above; \(next)")
    }

    private func unreachable(_ authority: AuthorityStatus, _ hasToken: Bool) -> DoctorFinding {
        let found = "\(authority.kind): \(daemon.problem(.authorityUnavailable) ?? "it was not reached")"
        let next = authority.nextAttemptAt.map { "at \($0.shown)" } ?? "as soon as somebody needs it"
        let hint = "see dns and tls above; sessiond asks again \(next)"
        return hasToken ? .warning(found, hint: hint) : .problem(found, hint: hint)
    }
}
