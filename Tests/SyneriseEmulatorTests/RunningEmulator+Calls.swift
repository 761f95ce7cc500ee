// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

extension RunningEmulator {
    static let anonymousPath = "/sauth/v3/auth/login/client/anonymous"
    static let signInPath = "/sauth/v3/auth/login/client"
    static let conditionalPath = "/sauth/v3/auth/login/client/conditional"
    static let refreshPath = "/sauth/v3/auth/refresh/client"
    static let profilePath = "/v4/my-account/personal-information"
    static let anna = #""identityProvider":"SYNERISE","email":"anna@example.com","password":"secret""#

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

    /// The log, answered when it has so many entries.
    func log(_ query: String = "") async throws -> [JSONValue] {
        guard case .array(let entries)? = try await get("/__control/log\(query)")["entries"] else {
            throw TestFailure("the log has no entries")
        }
        return entries
    }

    func token(_ reply: Reply) throws -> String {
        guard let token = reply["token"]?.string else { throw TestFailure("no token in \(reply)") }
        return token
    }
}
