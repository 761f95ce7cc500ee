// SPDX-License-Identifier: Apache-2.0

import EmulatorTestSupport
import Foundation
import OpenIDEmulator
import SessionProtocol
import Testing

/// The authorization code grant with PKCE, and the pages.
@Suite(.timeLimit(.minutes(10))) struct BrowserTests {
    @Test func signsAnAppIn() async throws {
        try await RunningEmulator.with { emulator async throws in
            let callback = try await emulator.authorize()
            #expect(callback["state"] == "S" && callback["iss"]?.hasSuffix("/realms/shop") == true)
            let tokens = try await emulator.redeem(callback["code"])
            #expect(tokens.idToken?["nonce"]?.string == "N" && tokens.idToken?["aud"]?.string == "kiosk")
            // Somebody else has the code, too.
            #expect(try await emulator.redeem(callback["code"]).error == "invalid_grant")
            #expect(try await emulator.userinfo(tokens).status == 401)
        }
    }

    @Test func wantsTheVerifierAndTheAddress() async throws {
        try await RunningEmulator.with { emulator async throws in
            let code = try await emulator.authorize()["code"]
            #expect(try await emulator.redeem(code, verifier: nil).error == "invalid_request")
            #expect(try await emulator.redeem(code, verifier: "another").error == "invalid_grant")
            #expect(try await emulator.redeem(code, redirectURI: "http://localhost/").error == "invalid_grant")
            _ = try await emulator.control("clock", #"{"advanceSeconds":60}"#)
            #expect(try await emulator.redeem(code).error == "invalid_grant")
        }
    }

    @Test(arguments: [
        ("", "invalid_request"), ("&code_challenge=x&code_challenge_method=plain", "invalid_request"),
        ("&code_challenge_method=S256", "invalid_request"),
    ])
    func wantsAChallenge(more: String, error: String) async throws {
        try await RunningEmulator.with { emulator async throws in
            let callback = try await emulator.authorize(RunningEmulator.authorizationQuery(more))
            #expect(callback["error"] == error && callback["state"] == "S" && callback["iss"] != nil)
        }
    }

    @Test func isDenied() async throws {
        try await RunningEmulator.with(options: ["namesIssuer=false"]) { emulator async throws in
            let callback = try await emulator.authorize(account: nil)
            #expect(callback["error"] == "access_denied" && callback["code"] == nil && callback["iss"] == nil)
        }
    }

    @Test func sendsNoBrowserToAnAddressThatIsNotTheClients() async throws {
        try await RunningEmulator.with({ $0.redirectURIs = [] }) { emulator async throws in
            let query = RunningEmulator.authorizationQuery()
            #expect(try await emulator.control("authorize", #"{"url":"http://127.0.0.1\#(query)"}"#).status == 400)
            #expect(try await emulator.get("/realms/shop/authorize\(query)").status == 400)
        }
    }

    @Test(arguments: ["approve", "deny"])
    func letsAPersonAnswerOnAPage(decision: String) async throws {
        try await RunningEmulator.with { emulator async throws in
            let page = try await emulator.get("/realms/shop/authorize\(RunningEmulator.authorizationQuery())")
            let text = String(decoding: page.body, as: UTF8.self)
            #expect(page.headers["content-type"] == "text/html" && text.contains(#"name="state" value="S""#))
            let answer = try await emulator.form(
                "/authorize",
                [
                    "response_type": "code", "client_id": "kiosk", "redirect_uri": RunningEmulator.redirectURI,
                    "state": "S", "code_challenge": RunningEmulator.challenge, "code_challenge_method": "S256",
                    "account": "anna", "decision": decision,
                ])
            let callback = RunningEmulator.parameters(of: try #require(answer.headers["location"]))
            #expect(answer.status == 302 && callback["state"] == "S")
            #expect((callback["code"] != nil) == (decision == "approve"))
        }
    }

    @Test(arguments: [("approve", nil), ("deny", "access_denied")])
    func letsAPersonAnswerADeviceOnAPage(decision: String, error: String?) async throws {
        try await RunningEmulator.with { emulator async throws in
            let device = try await emulator.beginDevice()
            let code = try #require(device["user_code"]?.string)
            let page = try await emulator.get("/realms/shop/device?user_code=\(code)")
            #expect(String(decoding: page.body, as: UTF8.self).contains(#"value="\#(code)""#))
            // As people write it.
            let typed = code.lowercased().replacing("-", with: " ")
            let fields: KeyValuePairs<String, String?> = ["user_code": typed, "account": "anna", "decision": decision]
            #expect(try await emulator.form("/device", fields).status == 200)
            #expect(try await emulator.poll(device).error == error)
            #expect(try await emulator.form("/device", fields).status == 400)
        }
    }

    @Test func showsWhatWasSentAsText() async throws {
        try await RunningEmulator.with { emulator async throws in
            let page = try await emulator.get("/realms/shop/device?user_code=%22%3E%3Cscript%3E")
            #expect(!String(decoding: page.body, as: UTF8.self).contains("<script>"))
        }
    }
}
