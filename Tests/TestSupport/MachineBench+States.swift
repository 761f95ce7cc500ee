// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

@testable import SessionMachine

/// The states of a session (docs/behaviour.md, S1).
enum StartingState: String, CaseIterable, Sendable {
    case none, anonymous, simple, signedIn, expired
}

extension MachineBench {
    static let aliceMail = "alice@example.com"

    /// A machine in a state, reached as a session reaches it, with both labels set, 20 s after its tokens were issued.
    init(in state: StartingState, traits: AuthorityTraits = MachineBench.ending) {
        self.init(traits: traits)
        switch state {
        case .none: break
        case .anonymous: becomeAnonymous()
        case .simple:
            becomeAnonymous()
            authenticate(.simpleFor("alice", authID: "alice"))
        case .signedIn:
            becomeAnonymous()
            authenticate(.passwordOf(MachineBench.aliceMail))
        case .expired:
            becomeAnonymous()
            authenticate(.passwordOf(MachineBench.aliceMail))
            move(.seconds(20))
            call(.refreshToken)
            endFlight(.client, .failure(.rejection))
        }
        call(.setIdentity(SetIdentity(customEmail: .set("label@example.com"), customIdentifier: .set("label"))))
        // Long enough for a refresh not to be answered with the last one.
        if state != .none { move(.seconds(20)) }
    }

    /// Waits for the first anonymous token.
    mutating func becomeAnonymous() {
        pass(.seconds(1))
        land()
    }
}
