// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import EmulatorTestSupport
import SessionProtocol
import SyneriseEmulator

extension RunningEmulator {
    static let uuid = "345d4c8f-5aff-591d-a19c-1ca48923d9ee"
    static let anonymousPath = "/sauth/v3/auth/login/client/anonymous"
    static let signInPath = "/sauth/v3/auth/login/client"
    static let conditionalPath = "/sauth/v3/auth/login/client/conditional"
    static let refreshPath = "/sauth/v3/auth/refresh/client"
    static let profilePath = "/v4/my-account/personal-information"
    static let anna = #""identityProvider":"SYNERISE","email":"anna@example.com","password":"secret""#

    /// Starts one with the key of all tests, and stops it when the body is done.
    static func with(
        _ change: (inout EmulatorOptions) throws -> Void = { _ in },
        _ body: (RunningEmulator) async throws -> Void
    ) async throws {
        var options = EmulatorOptions()
        options.signingKeyPEM = try TestKey.shared.get()
        options.apiKeys = ["K", "L"]
        options.accounts = [try AccountOption("anna@example.com:secret:card-1")]
        try change(&options)
        try await running(EmulatorServer(options), body)
    }

    /// E1.
    func logIn() async throws -> Reply {
        try await post(Self.anonymousPath, #"{"apiKey":"K","uuid":"\#(Self.uuid)"}"#)
    }

    /// The token of E1.
    func anonymousToken() async throws -> String { try await token(logIn()) }

    /// The token of E2.
    func clientToken() async throws -> String {
        try await token(post(Self.signInPath, #"{"apiKey":"K","uuid":"\#(Self.uuid)",\#(Self.anna)}"#))
    }

    /// E5.
    func refresh(_ token: String?, apiKey: String = "K") async throws -> Reply {
        try await post(Self.refreshPath, #"{"apiKey":"\#(apiKey)"}"#, token: token)
    }

    /// E8.
    func profile(_ token: String?, version: String? = "4.4") async throws -> Reply {
        try await get(Self.profilePath, token: token, headers: version.map { ["Api-Version": $0] } ?? [:])
    }

    func token(_ reply: Reply) throws -> String {
        guard let token = reply["token"]?.string else { throw TestFailure("no token in \(reply)") }
        return token
    }
}
