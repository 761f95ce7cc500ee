// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import EmulatorTestSupport
import OpenIDEmulator
import SessionProtocol
import Testing

/// How clients say who they are, RFC 6749 §2.3.
@Suite(.timeLimit(.minutes(10))) struct ClientTests {
    struct Case: Sendable {
        var id: String?
        var secret: String?
        var basic: String?
        var error: String?
    }

    static let cases = [
        Case(id: "kiosk"), Case(basic: "till:secret"), Case(id: "till", basic: "till:secret"),
        Case(id: "poster", secret: "secret"),
        Case(id: "nobody", error: "invalid_client"), Case(error: "invalid_client"),
        Case(id: "kiosk", secret: "x", error: "invalid_client"), Case(basic: "kiosk:x", error: "invalid_client"),
        Case(id: "till", secret: "secret", error: "invalid_client"), Case(basic: "till:wrong", error: "invalid_client"),
        Case(basic: "poster:secret", error: "invalid_client"), Case(id: "till", error: "invalid_client"),
        Case(id: "kiosk", basic: "till:secret", error: "invalid_request"),
        Case(secret: "secret", basic: "till:secret", error: "invalid_request"),
    ]

    @Test(arguments: cases)
    func isBelievedByItsOwnWayOnly(item: Case) async throws {
        try await RunningEmulator.with { emulator async throws in
            let fields: KeyValuePairs = ["client_id": item.id, "client_secret": item.secret]
            let reply = try await emulator.form("/device_authorization", fields, basic: item.basic)
            #expect(reply.error == item.error)
            #expect((reply.status == 401) == (item.error == "invalid_client"))
        }
    }

    @Test func getsATokenOfItsOwnWithASecretOnly() async throws {
        try await RunningEmulator.with { emulator async throws in
            let fields: KeyValuePairs<String, String?> = ["grant_type": "client_credentials", "scope": "api"]
            let own = try await emulator.form("/token", fields, basic: "till:secret")
            #expect(own["scope"]?.string == "api" && own["refresh_token"] == nil && own["id_token"] == nil)
            #expect(try await emulator.userinfo(own).error == "invalid_token")
            let none = try await emulator.form("/token", ["grant_type": "client_credentials", "client_id": "kiosk"])
            #expect(none.error == "unauthorized_client")
        }
    }

    @Test func usesAnothersTokensForNothing() async throws {
        try await RunningEmulator.with { emulator async throws in
            let token = try await emulator.signIn()["refresh_token"]?.string
            let fields: KeyValuePairs = ["grant_type": "refresh_token", "refresh_token": token]
            #expect(try await emulator.form("/token", fields, basic: "till:secret").error == "invalid_grant")
        }
    }

    @Test(arguments: [("password", "unsupported_grant_type"), (nil, "invalid_request")])
    func asksForWhatThereIs(grant: String?, error: String) async throws {
        try await RunningEmulator.with { emulator async throws in
            #expect(try await emulator.form("/token", ["client_id": "kiosk", "grant_type": grant]).error == error)
        }
    }

    @Test func repeatsNoParameter() async throws {
        try await RunningEmulator.with { emulator async throws in
            let reply = try await emulator.form(
                "/device_authorization", ["client_id": "kiosk", "scope": "openid", "scope": "email"])
            #expect(reply.error == "invalid_request")
            let several = try await emulator.form(
                "/device_authorization", ["client_id": "kiosk", "resource": "https://a/", "resource": "https://b/"])
            #expect(several.status == 200)
        }
    }

    @Test(arguments: ["", "a:", ":s", "a:s:jwt", "a:s:none", "a:s:post:x"])
    func isNotOfAnotherForm(text: String) {
        #expect(throws: OptionError.self) { try ClientOption(text) }
    }
}
