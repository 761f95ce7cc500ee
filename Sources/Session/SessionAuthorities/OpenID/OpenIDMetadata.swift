// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessionMachine
import SessionProtocol

/// Where a provider's calls are, as it says of itself (OpenID Connect Discovery 1.0 §3, RFC 8414 §2).
struct OpenIDMetadata: Sendable, Equatable {
    /// Where a person is given a code for another device.
    var deviceAuthorization: HTTPAddress?
    /// Where a browser is sent.
    var authorization: HTTPAddress?
    var token: HTTPAddress?
    var revocation: HTTPAddress?
    var userinfo: HTTPAddress?
    /// Whether its answers to a browser name it (RFC 9207 §3).
    var announcesIssuer = false

    private static let names: [(name: String, member: any WritableKeyPath<OpenIDMetadata, HTTPAddress?> & Sendable)] = [
        ("device_authorization_endpoint", \.deviceAuthorization), ("authorization_endpoint", \.authorization),
        ("token_endpoint", \.token), ("revocation_endpoint", \.revocation), ("userinfo_endpoint", \.userinfo),
    ]
    private static let announcement = "authorization_response_iss_parameter_supported"

    init() {}

    /// Reads what a provider says. An address that leads from https to http is passed over, as one that is none: what goes
    /// there would be read by others.
    init(_ json: JSONValue, from issuer: HTTPAddress) {
        for (name, member) in OpenIDMetadata.names {
            guard let address = json[name]?.string.flatMap({ HTTPAddress($0) }) else { continue }
            guard address.origin.scheme == .https || issuer.origin.scheme == .http else { continue }
            self[keyPath: member] = address
        }
        announcesIssuer = json[OpenIDMetadata.announcement]?.bool ?? false
    }

    /// With what another document says beside it.
    func filled(from other: OpenIDMetadata) -> OpenIDMetadata {
        var filled = self
        for (_, member) in OpenIDMetadata.names {
            filled[keyPath: member] = self[keyPath: member] ?? other[keyPath: member]
        }
        filled.announcesIssuer = announcesIssuer || other.announcesIssuer
        return filled
    }

    /// With what a configuration says in its place.
    func overridden(by section: Settings.OpenID) -> OpenIDMetadata {
        var result = self
        result.deviceAuthorization = section.deviceAuthorizationEndpoint ?? deviceAuthorization
        result.authorization = section.authorizationEndpoint ?? authorization
        result.token = section.tokenEndpoint ?? token
        result.revocation = section.revocationEndpoint ?? revocation
        result.userinfo = section.userinfoEndpoint ?? userinfo
        return result
    }

    /// What a configuration needs and nobody has said: where tokens are given, or a way to sign in; `nil`: nothing.
    func lack(for section: Settings.OpenID) -> AuthorityFailure? {
        token == nil ? .missing("TokenEndpoint") : missingWayIn(for: section)
    }

    /// Why nobody can sign in as a configuration has it; `nil`: somebody can, or nobody is meant to.
    func missingWayIn(for section: Settings.OpenID) -> AuthorityFailure? {
        if !section.redirectURIs.isEmpty { return authorization == nil ? .missing("AuthorizationEndpoint") : nil }
        guard deviceAuthorization == nil, section.anonymousToken == .none else { return nil }
        return AuthorityFailure(
            .misconfigured, "nobody can sign in: the provider names no call for codes, and there is no RedirectURI=",
            hint: "set DeviceAuthorizationEndpoint= or RedirectURI= in [OpenID]", about: .endpoints)
    }

    /// As it is kept; ``init(_:from:)`` reads it again.
    func json(issuer: HTTPAddress) -> JSONValue {
        var members = [JSONMember("issuer", .string(issuer.description))]
        for (name, member) in OpenIDMetadata.names {
            if let address = self[keyPath: member] { members.append(JSONMember(name, .string(address.description))) }
        }
        if announcesIssuer { members.append(JSONMember(OpenIDMetadata.announcement, .bool(true))) }
        return .object(members)
    }
}
