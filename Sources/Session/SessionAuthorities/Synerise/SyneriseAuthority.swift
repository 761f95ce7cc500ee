// SPDX-License-Identifier: Apache-2.0

package import DeviceSession
import HTTPSClient
package import SessionMachine
package import SessionProtocol
import SessiondLinux

/// The Synerise REST API as the issuer of tokens.
package struct SyneriseAuthority: Authority {
    /// How the session deals with it.
    package let traits: AuthorityTraits
    let settings: SyneriseSettings
    let http: HTTPClient
    let clock: any SessionClock

    /// An authority at the place that the settings name; nothing is sent before the first call.
    package init(settings: SyneriseSettings, clock: any SessionClock = SystemClock()) {
        (self.settings, self.clock) = (settings, clock)
        http = HTTPClient(options: settings.http) {
            let now = clock.now()
            return SystemInstant(boottime: now.boottime, unixSeconds: now.wall.secondsSince1970)
        }
        traits = AuthorityTraits(
            binding: Binding(kind: "synerise", origin: "\(settings.http.base)", apiKey: settings.apiKey),
            renewsExpiredTokens: false, provesTime: true, mayReplaceUnheard: true, isPaced: true,
            anonymousLoginsPerMinute: 10, signOuts: settings.signOutPath == nil ? .cannotBeTold : .areTold,
            keyIsReplaceable: true, deletesAccounts: true, hasProfiles: true)
    }

    /// Nothing: whoever verifies tokens gets the key from the API.
    package var publicKey: JSONValue? { nil }

    /// Nothing: the API signs.
    package var signingKey: Secret? { nil }

    /// E1.
    package func logInAnonymously(uuid: CustomerUUID) async throws(AuthorityFailure) -> IssuedToken {
        let (body, response) = try await post(.anonymousLogin) { body in
            body.member("uuid", uuid.description)
            body.member("deviceId", settings.deviceID)
        }
        return try SyneriseToken.read(body, response, origin: .anonymous, at: clock.now())
    }

    /// E5; the answer may leave out what the token before it had.
    package func refresh(_ token: Token) async throws(AuthorityFailure) -> IssuedToken {
        let (body, response) = try await post(.refresh, bearer: token.issued.secret) { _ in }
        return try SyneriseToken.read(
            body, response, origin: token.issued.origin, replacing: token.issued, at: clock.now())
    }

    /// E8.
    package func profile(_ token: Token) async throws(AuthorityFailure) -> JSONValue {
        var request = HTTPRequest(.get, SyneriseCall.profile.path, bearer: token.issued.secret.bytes)
        request.headers = [("Api-Version", "4.4")]
        let response = try await send(request)
        guard let body = try SyneriseAnswer.body(of: response, to: .profile), body.members != nil else {
            throw SyneriseAnswer.malformed("no object", response)
        }
        if let fault = AuthorityBounds.fault(in: body) {
            throw SyneriseAnswer.malformed("a profile \(fault)", response)
        }
        return body
    }

    /// Ends a token, at the configured path.
    package func signOut(_ entry: OutboxEntry) async throws(AuthorityFailure) -> Timestamp? {
        guard let path = settings.signOutPath else { return nil }
        let (_, response) = try await post(.signOut(path: path), bearer: entry.token.issued.secret) { body in
            body.member("uuid", entry.token.uuid.description)
            body.member("fromAllDevices", entry.fromAllDevices)
        }
        return response.serverTime
    }

    /// Deletes an account, at the configured path.
    package func deleteAccount(
        _ attempt: AuthenticationAttempt, _ token: Token
    ) async throws(AuthorityFailure) -> Timestamp? {
        guard let path = settings.deleteAccountPath, case .deletion(let request) = attempt.credentials else {
            throw AuthorityFailure(
                .unsupported, "accounts cannot be deleted here", hint: "set DeleteAccountPath= in [Synerise]")
        }
        let (_, response) = try await post(.deletion(path: path), bearer: token.issued.secret) { body in
            body.member("uuid", token.uuid.description)
            body.member("authId", request.authID)
            if let provider = request.provider {
                body.member("identityProvider", provider.rawValue)
                body.member("identityProviderToken", request.authFactor.reveal())
            } else {
                body.member("password", request.authFactor.reveal())
            }
        }
        return response.serverTime
    }

    /// Lets go of kept connections.
    package func dropConnections() { http.dropConnections() }

    /// Posts a JSON object with the API key; the JSON that is answered, and its answer.
    func post(
        _ call: SyneriseCall, bearer: Secret? = nil, _ write: (inout JSONWriter) -> Void
    ) async throws(AuthorityFailure) -> (JSONValue?, HTTPResponse) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("apiKey", settings.apiKey.reveal())
        write(&writer)
        writer.endObject()
        let response = try await send(HTTPRequest(.post, call.path, body: writer.bytes, bearer: bearer?.bytes))
        return (try SyneriseAnswer.body(of: response, to: call), response)
    }

    private func send(_ request: HTTPRequest) async throws(AuthorityFailure) -> HTTPResponse {
        do throws(HTTPFailure) { return try await http.send(request) } catch {
            throw AuthorityFailure(.unavailable, error.message, hint: error.hint)
        }
    }
}
