// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import EmulatorTestSupport
import Foundation
import OpenIDEmulator
import SessionProtocol

extension RunningEmulator {
    static let realm = "/realms/shop"
    static let redirectURI = "http://localhost/signed-in"
    static let verifier = "a-verifier-of-a-test-that-is-longer-than-43-characters"
    /// Its hash, as `printf VERIFIER | openssl dgst -sha256 -binary | basenc --base64url` has it.
    static let challenge = "G_NHpqKyct1wd3gpq9fanhRge6lcqdbKNtbAA5ZTfvM"

    /// Starts one with the key of all tests, two people and three clients, and stops it when the body is done.
    static func with(
        _ change: (inout EmulatorOptions) throws -> Void = { _ in },
        _ body: (RunningEmulator) async throws -> Void
    ) async throws {
        var options = EmulatorOptions()
        options.signingKeyPEM = try TestKey.shared.get()
        options.clients = [
            try ClientOption("kiosk"), try ClientOption("till:secret"), try ClientOption("poster:secret:post"),
        ]
        options.accounts = [try AccountOption("anna:anna@example.com:sub-of-anna"), try AccountOption("bob")]
        options.redirectURIs = [redirectURI]
        try change(&options)
        try await running(EmulatorServer(options), body)
    }

    /// One with such options, `NAME=VALUE`.
    static func with(
        options: [String], _ body: (RunningEmulator) async throws -> Void
    ) async throws {
        try await with({ emulator in for option in options { try emulator.behaviour.read(option) } }, body)
    }

    /// A POST of a form.
    func form(_ path: String, _ fields: KeyValuePairs<String, String?>, basic: String? = nil) async throws -> Reply {
        let pairs = fields.compactMap { name, value in value.map { "\(name)=\(Self.escaped($0))" } }
        var headers = ["Content-Type": "application/x-www-form-urlencoded"]
        if let basic { headers["Authorization"] = "Basic \(Data(basic.utf8).base64EncodedString())" }
        return try await send(
            TestRequest(
                method: "POST", path: Self.realm + path, body: pairs.joined(separator: "&"), headers: headers))
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
    }

    func beginDevice(scope: String = "openid offline_access") async throws -> Reply {
        try await form("/device_authorization", ["client_id": "kiosk", "scope": scope])
    }

    func poll(_ device: Reply, scope: String? = nil) async throws -> Reply {
        try await form(
            "/token",
            [
                "grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": "kiosk",
                "device_code": device["device_code"]?.string, "scope": scope,
            ])
    }

    /// The tokens of somebody who has approved.
    func signIn(scope: String = "openid offline_access") async throws -> Reply {
        let device = try await beginDevice(scope: scope)
        _ = try await control("approve", #"{"account":"anna"}"#)
        return try await poll(device)
    }

    func refresh(_ tokens: Reply, scope: String? = nil) async throws -> Reply {
        try await form(
            "/token",
            [
                "grant_type": "refresh_token", "client_id": "kiosk", "refresh_token": tokens["refresh_token"]?.string,
                "scope": scope,
            ])
    }

    func userinfo(_ tokens: Reply) async throws -> Reply {
        try await get(Self.realm + "/userinfo", token: tokens["access_token"]?.string)
    }

    /// The query of an address that an app asks a browser to open.
    static func authorizationQuery(_ more: String = "&code_challenge=\(challenge)&code_challenge_method=S256") -> String
    {
        "?response_type=code&client_id=kiosk&redirect_uri=\(escaped(redirectURI))&scope=openid&state=S&nonce=N" + more
    }

    /// What the app is called back with; the parameters by name.
    func authorize(_ query: String = authorizationQuery(), account: String? = "anna") async throws -> [String: String] {
        let account = account.map { #","account":"\#($0)""# } ?? ""
        let reply = try await control("authorize", #"{"url":"http://127.0.0.1\#(query)"\#(account)}"#)
        guard let url = reply["callbackURL"]?.string else { throw TestFailure("no callback: \(reply)") }
        return Self.parameters(of: url)
    }

    static func parameters(of url: String) -> [String: String] {
        let items = URLComponents(string: url)?.queryItems ?? []
        return Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }
    }

    func redeem(_ code: String?, verifier: String? = verifier, redirectURI: String = redirectURI) async throws -> Reply
    {
        try await form(
            "/token",
            [
                "grant_type": "authorization_code", "client_id": "kiosk", "code": code, "code_verifier": verifier,
                "redirect_uri": redirectURI,
            ])
    }
}

extension Reply {
    /// The error, RFC 6749 §5.2.
    var error: String? { self["error"]?.string }

    /// The claims of the id token.
    var idToken: JSONValue? { Reply.claims(self["id_token"]?.string) }

    /// The claims of a JSON Web Token; `nil`: it is none.
    static func claims(_ token: String?) -> JSONValue? {
        let parts = token?.split(separator: ".") ?? []
        guard parts.count == 3, let bytes = Base64URL.decode(String(parts[1])) else { return nil }
        return try? JSONValue(parsing: bytes)
    }
}
