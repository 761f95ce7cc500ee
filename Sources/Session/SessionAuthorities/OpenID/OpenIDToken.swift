// SPDX-License-Identifier: Apache-2.0

import HTTPSClient
import SessionConfiguration
import SessionMachine
import SessionProtocol

/// Reads the tokens that a provider gives.
struct OpenIDToken {
    /// What an access token lives that says nothing of it.
    private static let standardLife: Int64 = 3_600

    let settings: OpenIDSettings
    let now: Moment

    /// A new grant: it replaces everything, and without a refresh token of its own has none.
    ///
    /// - Parameter nonce: What the id token has to name; `nil`: nothing, since no browser was involved.
    /// - Throws: ``AuthorityFailure``: a rejection, since a code is redeemed once.
    func grant(_ json: JSONValue, _ response: HTTPResponse, nonce: Secret?) throws(AuthorityFailure) -> IssuedToken {
        var token: IssuedToken
        do throws(AuthorityFailure) { token = try read(json, response, origin: .oauth) } catch {
            throw OpenIDAnswer.unusable("it holds no token that can be used", response)
        }
        token.renewal = renewal(json, response) ?? .none
        guard let text = json["id_token"]?.string else {
            guard nonce == nil else { throw OpenIDAnswer.unusable("no id token", response) }
            return token
        }
        let identity = IDToken(text)
        if let fault = identity.fault(for: settings, nonce: nonce, at: OpenIDToken.date(of: response)) {
            throw OpenIDAnswer.unusable(
                "the id token \(fault)", response,
                hint: "see what the provider puts into id tokens for the client [OpenID] ClientID=")
        }
        token.identity = identity.customer(settings)
        return token
    }

    /// A grant that is good for nothing but to be given back; `nil`: there is none.
    func unusableGrant(_ json: JSONValue, _ response: HTTPResponse) -> IssuedToken? {
        guard let renewal = renewal(json, response), let token = renewal.grant?.refreshToken else { return nil }
        let end = Timestamp(secondsSince1970: now.wall.secondsSince1970 + OpenIDToken.standardLife)
        return IssuedToken(
            secret: token, origin: .oauth, expiresAt: end, lifetime: .seconds(OpenIDToken.standardLife),
            renewal: renewal)
    }

    /// A token in place of another one: what it does not say is as before.
    func refreshed(
        _ json: JSONValue, _ response: HTTPResponse, replacing old: IssuedToken
    ) throws(AuthorityFailure) -> IssuedToken {
        var token = try read(json, response, origin: old.origin)
        token.renewal = renewal(json, response) ?? old.renewal
        (token.clientID, token.customID, token.realm) = (old.clientID, old.customID, old.realm)
        guard let text = json["id_token"]?.string, let subject = old.clientID else { return token }
        // One that cannot be used says nothing; one of another customer's says enough.
        token.isOfAnotherAccount = IDToken(text).isOfAnother(than: subject, settings)
        return token
    }

    /// A token of the device's own.
    func own(_ json: JSONValue, _ response: HTTPResponse) throws(AuthorityFailure) -> IssuedToken {
        var token = try read(json, response, origin: .anonymous)
        token.renewal = .none
        return token
    }

    private func read(
        _ json: JSONValue, _ response: HTTPResponse, origin: TokenOrigin
    ) throws(AuthorityFailure) -> IssuedToken {
        guard let text = json["access_token"]?.string else { throw OpenIDAnswer.malformed("no access token", response) }
        if let type = json["token_type"]?.string, type.lowercased() != "bearer" {
            throw OpenIDAnswer.malformed("a token of another type than Bearer", response)
        }
        let life = json.positiveInteger("expires_in") ?? OpenIDToken.standardLife
        guard AuthorityBounds.lifeSeconds.contains(life) else {
            throw OpenIDAnswer.malformed("a life of more than ten years", response)
        }
        let date = OpenIDToken.date(of: response)
        let from = (date ?? now.wall).secondsSince1970
        let token = IssuedToken(
            secret: Secret(text), origin: origin, createdAt: date,
            expiresAt: Timestamp(secondsSince1970: from + life), lifetime: .seconds(life), serverTime: date)
        if let fault = token.fault { throw OpenIDAnswer.malformed(fault, response) }
        return token
    }

    // `nil`: the answer has no refresh token that can be used.
    private func renewal(_ json: JSONValue, _ response: HTTPResponse) -> Renewal? {
        guard let text = json["refresh_token"]?.string, TextLimit.token.refusal(of: text) == nil else { return nil }
        // Keycloak sends 0 for a grant without an end of its own.
        let life = json.positiveInteger("refresh_expires_in") ?? json.positiveInteger("refresh_token_expires_in")
        let from = (OpenIDToken.date(of: response) ?? now.wall).secondsSince1970
        let end = life.flatMap { life in
            AuthorityBounds.lifeSeconds.contains(life) ? Timestamp(secondsSince1970: from + life) : nil
        }
        return .byGrant(Grant(refreshToken: Secret(text), endsAt: end))
    }

    // A clock that cannot be right says nothing.
    private static func date(of response: HTTPResponse) -> Timestamp? {
        response.serverTime.flatMap { AuthorityBounds.serverTimes.contains($0) ? $0 : nil }
    }
}

/// An id token (OpenID Connect Core 1.0 §2). It comes from the provider itself, by a connection that proves who that is:
/// its signature has nothing to add (§3.1.3.7, 6).
struct IDToken {
    /// How far its end may lie before the time of the answer that it came with, in seconds.
    private static let expirySeconds: Int64 = 300

    private let claims: JSONValue?

    init(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        claims = parts.count == 3 ? Base64URL.decode(parts[1]).flatMap { try? JSONValue(parsing: $0) } : nil
    }

    /// Claims that came otherwise, such as those of userinfo.
    init(claims: JSONValue) { self.claims = claims }

    private var subject: String? {
        claims?["sub"]?.string.flatMap { $0.isEmpty || AuthorityBounds.fault(inName: $0) != nil ? nil : $0 }
    }

    /// Why nobody can be signed in with it; `nil`: somebody can.
    func fault(for settings: OpenIDSettings, nonce: Secret?, at serverTime: Timestamp?) -> String? {
        guard let claims else { return "cannot be read" }
        guard isOf(settings.issuer.description) else { return "is of another issuer" }
        let audience = claims["aud"]?.strings ?? []
        guard audience.contains(settings.clientID) else { return "is for another client" }
        let party = claims["azp"]?.string
        guard party == settings.clientID || (party == nil && audience.count == 1) else {
            return "is for another client"
        }
        guard subject != nil else { return "names nobody" }
        if let serverTime, let end = claims["exp"]?.integer {
            guard end > serverTime.secondsSince1970 - IDToken.expirySeconds else { return "has expired" }
        }
        if let nonce, claims["nonce"]?.string.map(Secret.init) != nonce { return "is of another request" }
        return nil
    }

    /// Whether it can be read and is somebody else's, or another provider's.
    func isOfAnother(than subject: String, _ settings: OpenIDSettings) -> Bool {
        guard claims != nil else { return false }
        if claims?["iss"]?.string != nil, !isOf(settings.issuer.description) { return true }
        guard let own = claims?["sub"]?.string else { return false }
        return !own.utf8.elementsEqual(subject.utf8)
    }

    /// Whom it is about; `nil`: it does not say.
    func customer(_ settings: OpenIDSettings) -> CustomerIdentity? {
        subject.map { subject in
            CustomerIdentity(
                subject: subject, login: name(settings.section.loginClaim) ?? name("email"),
                customID: settings.section.customIDClaim.flatMap(name))
        }
    }

    private func isOf(_ issuer: String) -> Bool { claims?["iss"]?.string?.utf8.elementsEqual(issuer.utf8) ?? false }

    private func name(_ claim: String) -> String? {
        let text: String? =
            switch claims?[claim] {
            case .string(let text): text
            case .number(let number): number.text
            default: nil
            }
        return text.flatMap { $0.isEmpty || AuthorityBounds.fault(inName: $0) != nil ? nil : $0 }
    }
}

extension JSONValue {
    // One text, or an array of texts.
    fileprivate var strings: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.compactMap(\.string)
        default: []
        }
    }
}
