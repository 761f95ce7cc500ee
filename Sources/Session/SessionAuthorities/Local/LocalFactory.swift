// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessionMachine
import SessionProtocol

/// Makes the embedded authority.
struct LocalFactory: AuthorityFactory {
    var kind: AuthorityKind { .local }

    func choose(_ settings: Settings, _ surroundings: AuthoritySurroundings) throws(SessionError) -> AuthorityChoice {
        let local = settings.local
        return AuthorityChoice(kind: kind) { keys, clock in
            LocalAuthority(
                signingKey: keys.signingKey, tokenLifetime: local.tokenLifetime, accountsFile: local.accountsFile,
                clock: clock)
        }
    }
}
