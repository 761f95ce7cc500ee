// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessionProtocol

/// An OpenID provider's configuration with what it points to.
struct OpenIDSettings: Sendable {
    /// How the client shows who it is.
    enum ClientAuthentication: Sendable {
        case none
        /// In a header.
        case basic(Secret)
        /// In the form.
        case post(Secret)
    }

    let issuer: HTTPAddress
    let clientID: String
    let authentication: ClientAuthentication
    /// The rest of it.
    let section: Settings.OpenID
    let transport: Transport

    /// What a session with this provider is bound to: another issuer, or another client, is another authority.
    var origin: String { "\(issuer) \(clientID)" }

    var resources: [(name: String, value: String)] { section.resources.map { ("resource", $0.text) } }

    /// Whom a grant is for: of a device code, of a browser, and of a token that is nobody's.
    var recipients: [(name: String, value: String)] {
        (section.audience.map { [("audience", $0)] } ?? []) + resources
    }

    /// What asks for what the client wants, of a device code and of a browser.
    var wanted: [(name: String, value: String)] { [("scope", section.scope)] + recipients }

    /// The scope of a token that is nobody's: what makes sense with a person only is left out.
    var ownScope: String {
        section.scope.split(separator: " ").filter { $0 != "openid" && $0 != "offline_access" }.joined(separator: " ")
    }
}
