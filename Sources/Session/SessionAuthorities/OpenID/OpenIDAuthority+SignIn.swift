// SPDX-License-Identifier: Apache-2.0

import Crypto
import HTTPSClient
import SessionConfiguration
import SessionMachine
import SessionProtocol
import SessiondPrimitives

extension OpenIDAuthority {
    private static let standardCodeLife: Int64 = 300
    private static let standardInterval: Int64 = 5
    private static let browserLife = Duration.seconds(600)

    /// Begins a sign-in: with a code for another device (RFC 8628 §3.1) or an address for a browser (RFC 6749 §4.1.1).
    func beginSignIn(_ wish: SignInWish) async throws(AuthorityFailure) -> SignInOffer {
        let metadata = try await provider.metadata()
        switch wish.method {
        case .device: return try await askForCode(metadata)
        case .browser: return try browserRequest(wish, metadata)
        case nil:
            if wish.redirectURI == nil, metadata.deviceAuthorization != nil { return try await askForCode(metadata) }
            return try browserRequest(wish, metadata)
        }
    }

    /// Asks what has become of a code.
    func poll(_ code: DeviceCode) async throws(AuthorityFailure) -> SignInReply {
        // The scope is repeated for authentik, which wants it here too.
        let response = try await askForToken(
            [
                ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                ("device_code", code.deviceCode.reveal()), ("code_verifier", code.verifier.reveal()),
                ("scope", settings.section.scope),
            ] + settings.resources)
        return try reply(response, nonce: nil)
    }

    /// Redeems a code that a browser has brought back (RFC 6749 §4.1.3, RFC 7636 §4.5).
    func redeem(_ code: Secret, of request: BrowserRequest) async throws(AuthorityFailure) -> SignInReply {
        let response = try await askForToken(
            [
                ("grant_type", "authorization_code"), ("code", code.reveal()),
                ("redirect_uri", request.redirectURI), ("code_verifier", request.verifier.reveal()),
            ] + settings.resources)
        return try reply(response, nonce: request.nonce)
    }

    /// Says who a grant is for: by its id token, or by asking, where that says too little.
    func identify(_ issued: IssuedToken) async throws(AuthorityFailure) -> CustomerIdentity {
        guard let known = issued.identity else { return try await customer(of: issued.secret) }
        let isEnough = known.login != nil && (settings.section.customIDClaim == nil || known.customID != nil)
        guard !isEnough else { return known }
        do throws(AuthorityFailure) {
            let asked = try await customer(of: issued.secret)
            // It is about somebody else: then it is about nobody (OpenID Connect Core 1.0 §5.3.2).
            guard asked.subject.utf8.elementsEqual(known.subject.utf8) else { return known }
            return CustomerIdentity(
                subject: known.subject, login: known.login ?? asked.login, customID: known.customID ?? asked.customID,
                serverTime: asked.serverTime)
        } catch {
            // Who they are is known; what to call them is worth one attempt.
            return known
        }
    }

    private func reply(_ response: HTTPResponse, nonce: Secret?) throws(AuthorityFailure) -> SignInReply {
        func reply(_ progress: SignInReply.Progress) -> SignInReply {
            SignInReply(progress, serverTime: response.serverTime)
        }
        switch try OpenIDAnswer.content(of: response, to: .redeem) {
        case .members(let json):
            do throws(AuthorityFailure) {
                return reply(.granted(try reader.grant(json, response, nonce: nonce)))
            } catch {
                guard let issued = reader.unusableGrant(json, response) else { throw error }
                return reply(.unusable(issued, error))
            }
        case .word(.authorizationPending): return reply(.waiting(slowDown: false))
        case .word(.slowDown): return reply(.waiting(slowDown: true))
        case .word(.denied): return reply(.denied)
        case .word(.expired): return reply(.expired)
        }
    }

    private func askForCode(_ metadata: OpenIDMetadata) async throws(AuthorityFailure) -> SignInOffer {
        guard let address = metadata.deviceAuthorization else {
            throw AuthorityFailure(
                .unsupported, "the provider gives no codes for other devices",
                hint: "set DeviceAuthorizationEndpoint= in [OpenID], or sign in in a browser")
        }
        // Keycloak can be told to want a challenge here, too; others pass it over. django-oauth-toolkit wants the name of
        // a client in the form that has a secret, too.
        let verifier = OpenIDAuthority.random()
        let response = try await provider.post(
            address,
            settings.wanted + [
                ("code_challenge", OpenIDAuthority.challenge(verifier)), ("code_challenge_method", "S256"),
                ("grant_type", "device_authorization"),
            ], namesClient: true)
        let json = try OpenIDAnswer.members(of: response, to: .begin)
        guard let deviceCode = json["device_code"]?.string, TextLimit.token.refusal(of: deviceCode) == nil else {
            throw OpenIDAnswer.unusable("no device code", response)
        }
        guard let userCode = json["user_code"]?.string,
            AuthorityBounds.fault(inShown: userCode, bytes: AuthorityBounds.userCodeBytes) == nil
        else {
            throw OpenIDAnswer.unusable(
                "no user code of 1 to \(AuthorityBounds.userCodeBytes) bytes that can be shown", response)
        }
        guard let uri = presentable(json["verification_uri"] ?? json["verification_url"]) else {
            throw OpenIDAnswer.unusable("no address that a person may be sent to", response)
        }
        let complete = json["verification_uri_complete"] ?? json["verification_url_complete"]
        guard complete?.string == nil || presentable(complete) != nil else {
            throw OpenIDAnswer.unusable("an address that nobody may be sent to", response)
        }
        let code = DeviceCode(
            deviceCode: Secret(deviceCode), userCode: Secret(userCode), verificationURI: uri,
            verificationURIComplete: presentable(complete), verifier: verifier)
        let life = min(
            json.positiveInteger("expires_in") ?? Self.standardCodeLife, AuthorityBounds.lifeSeconds.upperBound)
        return SignInOffer(
            .device, .device(code), lifetime: .seconds(life),
            interval: .seconds(min(json.positiveInteger("interval") ?? Self.standardInterval, life)),
            serverTime: response.serverTime)
    }

    // https, or http to this device: nothing else may come to a person's phone or a web view.
    private func presentable(_ value: JSONValue?) -> Secret? {
        value?.string.flatMap { HTTPAddress($0) }.map { Secret($0.description) }
    }

    private func browserRequest(
        _ wish: SignInWish, _ metadata: OpenIDMetadata
    ) throws(AuthorityFailure) -> SignInOffer {
        guard let redirectURI = wish.redirectURI ?? settings.section.redirectURIs.first?.text else {
            throw AuthorityFailure(
                .unsupported, "nobody has said where a browser may be sent back to",
                hint: "set RedirectURI= in [OpenID]")
        }
        guard let address = metadata.authorization else { throw .missing("AuthorizationEndpoint") }
        let (state, nonce, verifier) = (OpenIDAuthority.random(), OpenIDAuthority.random(), OpenIDAuthority.random())
        let query =
            address.query + [
                ("response_type", "code"), ("client_id", settings.clientID), ("redirect_uri", redirectURI),
                ("state", state.reveal()), ("nonce", nonce.reveal()),
                ("code_challenge", OpenIDAuthority.challenge(verifier)), ("code_challenge_method", "S256"),
            ] + settings.wanted
        let request = BrowserRequest(
            authorizationURL: Secret("\(address.origin)\(address.path)?\(FormText.form(query))"),
            redirectURI: redirectURI, state: state, nonce: nonce, verifier: verifier,
            issuer: settings.issuer.description, announcesIssuer: metadata.announcesIssuer)
        return SignInOffer(.browser, .browser(request), lifetime: OpenIDAuthority.browserLife)
    }

    // 256 bits that nobody can guess.
    private static func random() -> Secret {
        var generator = SystemRandomNumberGenerator()
        return Secret(Base64URL.encode((0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }))
    }

    // RFC 7636 §4.2.
    private static func challenge(_ verifier: Secret) -> String {
        Base64URL.encode(SHA256.hash(data: Array(verifier.reveal().utf8)))
    }
}
