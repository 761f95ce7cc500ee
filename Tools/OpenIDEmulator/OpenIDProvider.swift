// SPDX-License-Identifier: Apache-2.0

package import AuthorityEmulator
import SessionProtocol

/// A fault of this authority's answers.
package typealias Fault = AuthorityFault<OpenIDProvider>

/// An OpenID provider as far as a device uses one: discovery, the grants for devices, browsers and clients, refresh tokens,
/// revocation, userinfo, and the pages on which people approve.
package struct OpenIDProvider: EmulatedAuthority {
    package static let serverName = "openid-emulator"

    package var clock: EmulatorClock
    var behaviour: Behaviour
    var accounts: [AccountOption]
    var state: ProviderState
    let clients: [ClientOption]
    let redirectURIs: Set<String>
    let key: SigningKey
    private let issuerPath: String
    private let stateFile: StateFile?
    private var port: UInt16 = 0

    /// - Throws: ``OptionError`` for a path, a key, a state file or an offset that cannot be used.
    init(_ options: EmulatorOptions) throws(OptionError) {
        guard options.issuerPath.isEmpty || options.issuerPath.hasPrefix("/") && !options.issuerPath.hasSuffix("/")
        else {
            throw OptionError("the issuer's path begins with / and does not end with it")
        }
        clock = try EmulatorClock(offsetSeconds: options.clockOffsetSeconds)
        behaviour = options.behaviour
        accounts = options.accounts.isEmpty ? [try AccountOption("anna:anna@example.com")] : options.accounts
        clients = options.clients.isEmpty ? [try ClientOption("kiosk")] : options.clients
        redirectURIs = Set(options.redirectURIs)
        key = try SigningKey(pem: options.signingKeyPEM, .rs256, namesItself: true)
        issuerPath = options.issuerPath
        stateFile = options.stateFile.map(StateFile.init)
        state = try stateFile?.read() ?? ProviderState()
    }

    package mutating func listens(port: UInt16) { self.port = port }

    /// What it says that it is.
    var issuer: String { behaviour.issuer.isEmpty ? "http://127.0.0.1:\(port)\(issuerPath)" : behaviour.issuer }

    package func endpoint(of request: Request) -> Endpoint? {
        if request.path == "/.well-known/oauth-authorization-server\(issuerPath)" { return .metadata }
        guard request.path.hasPrefix(issuerPath) else { return nil }
        return switch request.path.dropFirst(issuerPath.count) {
        case "/.well-known/openid-configuration": .discovery
        case "/device_authorization": .device
        case "/device": .verification
        case "/authorize": .authorization
        case "/token": Endpoint(grant: Form(request)["grant_type"])
        case "/userinfo": .userinfo
        case "/revoke": .revocation
        case "/jwks": .jwks
        default: nil
        }
    }

    package mutating func answer(_ request: Request, at endpoint: Endpoint?, _ spoiling: AnswerChanges?) -> Answer {
        let before = state
        var answer: Answer
        do {
            answer = try judge(request, at: endpoint)
        } catch {
            answer = error.answer
        }
        if state != before { stateFile?.write(state) }
        spoiling?.change(&answer, signedWith: key)
        return answer
    }

    private mutating func judge(_ request: Request, at endpoint: Endpoint?) throws(OAuthError) -> Answer {
        guard let endpoint else { throw OAuthError("not_found", "nothing is served here", status: 404) }
        guard endpoint.methods.contains(request.method) else {
            throw OAuthError("method_not_allowed", "\(request.method) is not served here", status: 405)
        }
        let form = Form(request)
        switch endpoint {
        case .discovery, .metadata: return discovery()
        case .jwks: return .json { $0.member("keys", .array([key.jwk])) }
        case .verification: return verification(form)
        case .authorization: return authorization(form)
        case .userinfo: return try userinfo(request)
        default:
            try form.check()
            return try answer(form, of: try client(request, form), at: endpoint)
        }
    }

    /// What a client asks that has said who it is.
    private mutating func answer(_ form: Form, of client: ClientOption, at endpoint: Endpoint) throws(OAuthError)
        -> Answer
    {
        switch endpoint {
        case .device: return try authorizeDevice(form, client)
        case .deviceToken: return try redeemDevice(form, client)
        case .codeToken: return try redeemCode(form, client)
        case .refresh: return try refresh(form, client)
        case .clientToken: return try ownToken(form, client)
        case .revocation: return try revoke(form, client)
        default:
            _ = try form.required("grant_type")
            throw OAuthError("unsupported_grant_type", "there is no such grant here")
        }
    }

    package func errorBody(_ status: Int, of request: Request, _ spoiling: AnswerChanges?) -> Answer {
        spoiling?.error ?? OAuthError("server_error", "a fault of the emulator", status: status).answer
    }

    package mutating func control(_ call: String, _ request: Request) throws(OptionError) -> Answer {
        defer { stateFile?.write(state) }
        return try steer(call, request)
    }
}

extension Endpoint {
    fileprivate init(grant: String?) {
        self =
            switch grant {
            case OpenIDProvider.deviceGrant: .deviceToken
            case "authorization_code": .codeToken
            case "refresh_token": .refresh
            case "client_credentials": .clientToken
            default: .otherToken
            }
    }
}

extension EmulatorServer {
    /// An emulator of an OpenID provider that does not listen yet.
    ///
    /// - Throws: ``OptionError`` for options that cannot be used.
    package init(_ options: EmulatorOptions) throws(OptionError) {
        try self.init(
            OpenIDProvider(options),
            EmulatorSettings(
                port: options.port, statesDate: options.statesDate, faults: options.faults, logFile: options.logFile))
    }
}
