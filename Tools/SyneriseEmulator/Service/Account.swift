// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// An account, from the options or made for a provider's customer.
struct Account: Sendable {
    let login: String
    let password: Secret?
    let customID: String?
    let clientID: String
    var uuid: String?

    /// Whether a custom id names it: its own, or the login where it has none and that is no e-mail address.
    func isNamed(customID: String) -> Bool { (self.customID ?? (login.contains("@") ? nil : login)) == customID }
}
