// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

@testable import SessionMachine
@testable import TestSupport

/// What a machine asks its authority for, as a test makes it do so.
enum Errand: String, CaseIterable, Sendable {
    case login, refresh, signIn, simple, deletion, profile, delivery

    /// What it counts as.
    var kind: AuthorityErrand {
        switch self {
        case .login: .token(.anonymous)
        case .refresh: .token(.client)
        case .signIn, .simple: .authentication
        case .deletion: .deletion
        case .profile: .profile
        case .delivery: .delivery
        }
    }

    /// A state in which it can be run.
    var state: StartingState {
        switch self {
        case .login: .none
        case .signIn, .simple: .anonymous
        case .refresh, .deletion, .profile, .delivery: .signedIn
        }
    }

    /// Takes a machine of another state to one in which it can be run, without the authority.
    func reach(_ bench: inout MachineBench) {
        switch state {
        case .none where bench.record.anonymous != nil: bench.call(.destroy(Destroy()))
        case .anonymous where bench.record.client != nil: bench.call(.signOut(SignOut(), byAdministrator: false))
        case .signedIn where bench.record.client == nil:
            bench.call(.authenticate(.tokenOf()))
            bench.admit()
        default: break
        }
    }

    /// Makes the call.
    @discardableResult
    func run(_ bench: inout MachineBench) -> CallID {
        switch self {
        case .login: bench.call(.retrieveToken(RetrieveToken()))
        case .refresh: bench.call(.refreshToken)
        case .signIn: bench.call(.authenticate(.passwordOf("alice@example.com")))
        case .simple: bench.call(.authenticate(.simpleFor("alice", authID: "alice")))
        case .deletion: bench.call(.authenticate(.deletion(DeleteAccount(authFactor: Secret("p")))))
        case .profile: bench.call(.profile)
        case .delivery: bench.call(.signOut(SignOut(), byAdministrator: false))
        }
    }

    /// Ends what the call began.
    func fail(_ bench: inout MachineBench, _ failure: AuthorityFailure) {
        let attempt = bench.machine.authentication?.attempt.id ?? 0
        switch self {
        case .login: bench.endFlight(.anonymous, .failure(failure))
        case .refresh: bench.endFlight(.client, .failure(failure))
        case .signIn, .simple: bench.endAuthentication(.failure(failure))
        case .deletion: bench.handle(.deletionEnded(attempt, .failure(failure)))
        case .profile:
            for id in bench.machine.profileCalls.keys { bench.handle(.profileEnded(id, .failure(failure))) }
        case .delivery: bench.handle(.deliveryEnded(bench.machine.delivering?.entry ?? 0, .failure(failure)))
        }
    }
}

extension MachineBench {
    /// How much was asked of the authority last.
    var reached: Int {
        effects.count { effect in
            switch effect {
            case .startFlight, .startAuthentication, .startDeletion, .fetchProfile, .deliver: true
            default: false
            }
        }
    }
}
