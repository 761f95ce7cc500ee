// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// What the daemon has heard of its authority.
struct AuthorityCheck: DoctorCheck {
    static let name = "authority"

    let daemon: DaemonFacts
    let remedies: Remedies

    func examine() -> DoctorFinding {
        guard let status = try? daemon.status.get() else { return .skipped("sessiond does not say") }
        let authority = status.authority
        if authority.kind == "local" { return .ok("local: this device issues its tokens itself") }
        let hasToken = ![TokenState.none, .expired].contains(status.tokenState)
        guard authority.reachable else { return unreachable(authority, hasToken) }
        if let error = authority.lastError, !hasToken {
            return .problem("\(authority.kind): it answers, but gives no token (\(error))", hint: remedies.journal)
        }
        return .ok("\(authority.kind): reachable, the token is \(status.tokenState.rawValue)")
    }

    private func unreachable(_ authority: AuthorityStatus, _ hasToken: Bool) -> DoctorFinding {
        let reason = daemon.problem(.authorityUnavailable) ?? authority.lastError ?? "it is not reachable"
        let next = authority.nextAttemptAt.map { "it is asked again at \($0)" } ?? "it is being asked now"
        let found = "\(authority.kind): \(reason)"
        let hint = "\(remedies.journal); \(next)"
        return hasToken ? .warning("\(found); the token is good for now", hint: hint) : .problem(found, hint: hint)
    }
}
