// SPDX-License-Identifier: Apache-2.0

package import AuthorityEmulator
package import SessionProtocol

/// A fault of this authority's answers.
package typealias Fault = AuthorityFault<Synerise>

/// The REST API as far as a customer session uses it.
package struct Synerise: EmulatedAuthority {
    package static let serverName = "synerise-emulator"

    package var clock: EmulatorClock
    let options: EmulatorOptions
    let routes: Routes
    let key: TokenKey
    var lifetimeSeconds: Int64
    var accounts: Accounts
    var issued = IssuedTokens()
    private var lastTokenNumber: UInt64 = 0

    /// - Throws: ``OptionError`` for a path, a key, a lifetime or an offset that cannot be used.
    init(_ options: EmulatorOptions) throws(OptionError) {
        try OptionError.check(lifetimeSeconds: options.tokenLifetimeSeconds)
        self.options = options
        routes = try Routes(options)
        key = TokenKey(key: try SigningKey(pem: options.signingKeyPEM, .rs512))
        clock = try EmulatorClock(offsetSeconds: options.clockOffsetSeconds)
        lifetimeSeconds = options.tokenLifetimeSeconds
        accounts = Accounts(options.accounts)
    }

    package func endpoint(of request: Request) -> Endpoint? { routes.endpoint(at: request.path) }

    package mutating func answer(_ request: Request, at endpoint: Endpoint?, _ spoiling: TokenFault?) -> Answer {
        do {
            return try judge(request, at: endpoint).answer(spoiling)
        } catch {
            return error.answer(path: request.path, nowSeconds: clock.nowSeconds)
        }
    }

    package func errorBody(_ status: Int, of request: Request, _ spoiling: TokenFault?) -> Answer {
        Refusal(status: status, message: "a fault of the emulator")
            .answer(path: request.path, nowSeconds: clock.nowSeconds)
    }

    /// `"apiKey"`, `"apiKeySHA256"`, `"uuid"`, `"jti"`: the uuid of a refresh is that of its token.
    package func logged(_ request: Request, at endpoint: Endpoint?, _ answer: Answer) -> [JSONMember] {
        let body = try? JSONValue(parsing: request.body)
        let claims = request.bearer.flatMap(key.claims)
        let apiKey = body?["apiKey"]?.string
        let shown = [
            ("apiKey", apiKey), ("apiKeySHA256", apiKey.map(SHA256Hex.of)),
            ("uuid", body?["uuid"]?.string ?? claims?.uuid), ("jti", claims?.id),
        ]
        return shown.compactMap { name, value in value.map { JSONMember(name, .string($0)) } }
    }

    /// A token for those claims, known from now on.
    mutating func issue(_ draft: TokenDraft) throws(Refusal) -> TokenObject {
        lastTokenNumber += 1
        let now = clock.nowMilliseconds
        let claims = TokenClaims(
            id: "\(now)-\(lastTokenNumber)", uuid: draft.uuid, origin: draft.origin,
            apiKeyHash: SHA256Hex.of(draft.apiKey), login: draft.login, customID: draft.customID,
            clientID: draft.clientID, createdMilliseconds: now, expirationSeconds: now / 1000 + lifetimeSeconds)
        guard let token = try? key.token(claims) else { throw Refusal(status: 500, message: "cannot sign the token") }
        issued.add(claims)
        return TokenObject(token: token, claims: claims)
    }
}

extension EmulatorServer {
    /// An emulator of the REST API that does not listen yet.
    ///
    /// - Throws: ``OptionError`` for options that cannot be used.
    package init(_ options: EmulatorOptions) throws(OptionError) {
        try self.init(
            Synerise(options),
            EmulatorSettings(
                port: options.port, statesDate: options.statesDate, faults: options.faults, logFile: options.logFile))
    }
}
