// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

extension AccessRule {
    /// What holds unless an empty `Allow=` removes it: everything but `admin` for apps, everything for administrators.
    package static let defaults = [
        AccessRule(
            capabilities: [
                .identityRead, .profileRead, .tokenRead, .sessionTouch, .signInShow, .sessionWrite,
            ],
            subject: .group(.name("sessiond"))
        ),
        AccessRule(capabilities: Set(Capability.allCases), subject: .group(.name("sessiond-admin"))),
    ]
}
