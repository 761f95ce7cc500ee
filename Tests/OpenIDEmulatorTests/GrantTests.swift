// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import EmulatorTestSupport
import Foundation
import OpenIDEmulator
import SessionProtocol
import Testing

/// The life of a grant: refresh, reuse, revocation, central logout.
@Suite(.timeLimit(.minutes(10))) struct GrantTests {
    @Test func rotatesAndEndsTheGrantThatIsUsedTwice() async throws {
        try await RunningEmulator.with { emulator async throws in
            let first = try await emulator.signIn()
            let second = try await emulator.refresh(first)
            #expect(second.status == 200 && second["refresh_token"] != first["refresh_token"])
            #expect(second.idToken?["sub"]?.string == "sub-of-anna")
            #expect(try await emulator.refresh(first).error == "invalid_grant")
            #expect(try await emulator.refresh(second).error == "invalid_grant")
            #expect(try await emulator.userinfo(second).status == 401)
        }
    }

    @Test(arguments: [
        ("rotates=false", true, true), ("refreshAnswersToken=false", true, true), ("reuseEndsGrant=false", false, true),
        ("graceSeconds=60", true, true), ("refreshIDToken=false", false, false),
    ])
    func doesOtherwiseWhereItIsTold(option: String, takesOld: Bool, takesNew: Bool) async throws {
        try await RunningEmulator.with(options: [option]) { emulator async throws in
            let first = try await emulator.signIn()
            let second = try await emulator.refresh(first)
            #expect((second["refresh_token"] == nil) == (option == "refreshAnswersToken=false"))
            #expect((second["id_token"] == nil) == (option == "refreshIDToken=false"))
            #expect((try await emulator.refresh(first).status == 200) == takesOld)
            let newest = second["refresh_token"] == nil ? first : second
            #expect((try await emulator.refresh(newest).status == 200) == takesNew)
        }
    }

    @Test func endsWithItsGraceWithItsTimeAndWithItsAccount() async throws {
        try await RunningEmulator.with(options: ["graceSeconds=60", "refreshTokenSeconds=600", "statesRefreshEnd=true"])
        {
            let first = try await $0.signIn()
            #expect(first["refresh_expires_in"]?.integer == 600)
            let second = try await $0.refresh(first)
            _ = try await $0.control("clock", #"{"advanceSeconds":60}"#)
            #expect(try await $0.refresh(first).error == "invalid_grant")
            let other = try await $0.signIn()
            _ = try await $0.control("clock", #"{"advanceSeconds":600}"#)
            #expect(try await $0.refresh(other).error == "invalid_grant")
            #expect(try await $0.refresh(second).error == "invalid_grant")
        }
    }

    @Test func saysZeroForARefreshTokenWithoutAnEnd() async throws {
        try await RunningEmulator.with(options: ["statesRefreshEnd=true"]) { emulator async throws in
            #expect(try await emulator.signIn()["refresh_expires_in"]?.integer == 0)
        }
    }

    @Test func grantsNoMoreScopeThanItDid() async throws {
        try await RunningEmulator.with { emulator async throws in
            let tokens = try await emulator.signIn()
            #expect(try await emulator.refresh(tokens, scope: "openid email").error == "invalid_scope")
            #expect(try await emulator.refresh(tokens, scope: "openid").status == 200)
        }
    }

    @Test(arguments: [#"{"account":"anna"}"#, #"{"sub":"sub-of-anna"}"#, #"{"all":true}"#])
    func endsByACentralLogout(selection: String) async throws {
        try await RunningEmulator.with { emulator async throws in
            let tokens = try await emulator.signIn()
            #expect(try await emulator.control("revoke-grant", #"{"account":"bob"}"#)["revoked"]?.integer == 0)
            #expect(try await emulator.control("revoke-grant", selection)["revoked"]?.integer == 1)
            #expect(try await emulator.refresh(tokens).error == "invalid_grant")
            #expect(try await emulator.userinfo(tokens).headers["www-authenticate"]?.contains("invalid_token") == true)
        }
    }

    @Test(arguments: [("refresh_token", false), ("access_token", true)])
    func isRevoked(by name: String, refreshes: Bool) async throws {
        try await RunningEmulator.with { emulator async throws in
            let tokens = try await emulator.signIn()
            let fields: KeyValuePairs = ["client_id": "kiosk", "token": tokens[name]?.string]
            #expect(try await emulator.form("/revoke", fields).status == 200)
            #expect(try await emulator.userinfo(tokens).status == 401)
            #expect((try await emulator.refresh(tokens).status == 200) == refreshes)
            #expect(try await emulator.form("/revoke", ["client_id": "kiosk", "token": "unknown"]).status == 200)
        }
    }

    @Test func isNotRevokedByWhomItIsNotFor() async throws {
        try await RunningEmulator.with(options: ["publicMayRevoke=false"]) { emulator async throws in
            let tokens = try await emulator.signIn()
            let token = tokens["refresh_token"]?.string
            #expect(try await emulator.form("/revoke", ["client_id": "kiosk", "token": token]).status == 401)
            #expect(try await emulator.form("/revoke", ["token": token], basic: "till:secret").status == 200)
            #expect(try await emulator.refresh(tokens).status == 200)
        }
    }

    @Test func lastsOverARestartWithAStateFile() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).state")
        defer { try? FileManager.default.removeItem(at: file) }
        var tokens: Reply?
        try await RunningEmulator.with({ $0.stateFile = file.path }) { tokens = try await $0.signIn() }
        try await RunningEmulator.with({ $0.stateFile = file.path }) { emulator async throws in
            #expect(try await emulator.refresh(try #require(tokens)).status == 200)
        }
        try Data("{}".utf8).write(to: file)
        await #expect(throws: OptionError.self) {
            try await RunningEmulator.with({ $0.stateFile = file.path }) { _ in }
        }
    }

    @Test func hasAccessTokensThatAreJWTsWhereItIsTold() async throws {
        try await RunningEmulator.with(options: ["accessTokens=jwt", "accessTokenSeconds=7"]) { emulator async throws in
            let tokens = try await emulator.signIn()
            let claims = Reply.claims(tokens["access_token"]?.string)
            #expect(claims?["sub"]?.string == "sub-of-anna" && claims?["client_id"]?.string == "kiosk")
            #expect(tokens["expires_in"]?.integer == 7)
            #expect(try await emulator.userinfo(tokens).status == 200)
            _ = try await emulator.control("clock", #"{"advanceSeconds":7}"#)
            #expect(try await emulator.userinfo(tokens).status == 401)
        }
    }
}
