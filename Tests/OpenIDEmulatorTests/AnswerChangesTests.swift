// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import EmulatorTestSupport
import OpenIDEmulator
import SessionProtocol
import Testing

/// What faults change in answers.
@Suite(.timeLimit(.minutes(10))) struct AnswerChangesTests {
    private static func with(_ fault: String, _ body: (RunningEmulator) async throws -> Void) async throws {
        try await RunningEmulator.with({ $0.faults = [try Fault(fault)] }, body)
    }

    @Test func changesMembers() async throws {
        let fault = #"on=device,set=interval:"2",omit=expires_in,rename=verification_uri:verification_url,set=x:[1, 2]"#
        try await Self.with(fault) { emulator async throws in
            let device = try await emulator.beginDevice()
            #expect(
                device["interval"]?.string == "2" && device["expires_in"] == nil && device["verification_uri"] == nil)
            #expect(device["verification_url"]?.string?.hasSuffix("/device") == true)
            #expect(device["x"] == .array([.number(JSONNumber(1)), .number(JSONNumber(2))]))
        }
    }

    @Test func changesTheIDTokenAndSignsItAgain() async throws {
        try await Self.with(#"on=token.device,claim=aud:["a", "b"],claim=exp:12,omit-claim=azp"#) {
            emulator async throws in
            let tokens = try await emulator.signIn()
            let claims = tokens.idToken
            #expect(claims?["exp"]?.integer == 12 && claims?["azp"] == nil && claims?["sub"]?.string == "sub-of-anna")
            #expect(claims?["aud"] == .array([.string("a"), .string("b")]))
        }
    }

    @Test func makesATokenLong() async throws {
        try await Self.with("on=token.device,pad=access_token:32769") { emulator async throws in
            #expect(try await emulator.signIn()["access_token"]?.string?.utf8.count == 32_769)
        }
    }

    @Test func sendsAForm() async throws {
        try await Self.with("on=token.device,form,set=scope:\"a b&c\"") { emulator async throws in
            let reply = try await emulator.signIn()
            #expect(reply.headers["content-type"] == "application/x-www-form-urlencoded")
            let fields = RunningEmulator.parameters(of: "?\(String(decoding: reply.body, as: UTF8.self))")
            #expect(fields["expires_in"] == "300" && fields["scope"] == "a b&c" && fields["token_type"] == "Bearer")
        }
    }

    @Test func changesWhereABrowserIsSent() async throws {
        try await Self.with(#"on=authorization,omit=state,set=iss:"https://evil.example""#) { emulator async throws in
            let answer = try await emulator.form(
                "/authorize",
                [
                    "client_id": "kiosk", "redirect_uri": RunningEmulator.redirectURI, "state": "S", "decision": "deny",
                ])
            let callback = RunningEmulator.parameters(of: try #require(answer.headers["location"]))
            #expect(callback["iss"] == "https://evil.example" && callback["state"] == nil && callback["error"] != nil)
        }
    }

    @Test(arguments: [
        ("status=200,error=slow_down", 200, ["error"]),
        (
            "status=400,error=invalid_grant,description=AADSTS50078: Presented, too old,suberror=basic_action", 400,
            ["error", "error_description", "suberror"]
        ),
        ("status=503", 503, ["error", "error_description"]),
    ])
    func answersAnErrorOfItsOwn(fault: String, status: Int, names: [String]) async throws {
        try await Self.with("on=token.refresh,\(fault)") { emulator async throws in
            let tokens = try await emulator.signIn()
            let refused = try await emulator.refresh(tokens)
            #expect(refused.status == status && refused.json?.members?.map(\.name) == names)
        }
    }

    @Test func doesTheWorkWhoseAnswerIsLost() async throws {
        try await Self.with("on=token.refresh,times=1,drop") { emulator async throws in
            let tokens = try await emulator.signIn()
            #expect(try await emulator.refresh(tokens).status == nil)
            #expect(try await emulator.refresh(tokens).error == "invalid_grant")
        }
    }

    @Test(arguments: [
        "set=x", "set=x:{", "set", "omit", "rename=x", "pad=x:-1", "pad=x", "claim=x:", "omit-claim", "error=x",
        "status=400,set=x:1", "error", "on=token.nothing,drop", "dorp",
    ])
    func refusesWhatMakesNoSense(text: String) {
        #expect(throws: OptionError.self) { try Fault(text) }
    }
}
