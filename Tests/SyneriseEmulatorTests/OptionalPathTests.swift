// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import EmulatorTestSupport
import SyneriseEmulator
import Testing

@testable import SessionProtocol

/// Sign-out, account deletion and Simple Authentication, where a path is given.
@Suite(.timeLimit(.minutes(10))) struct OptionalPathTests {
    private static let body = #"{"apiKey":"K","uuid":"\#(RunningEmulator.uuid)"}"#

    private static func options(_ options: inout EmulatorOptions) throws {
        options.signOutPath = "/x/sign-out"
        options.deleteAccountPath = "/x/delete"
        options.simpleAuthenticationPath = "/x/simple"
        options.providerTokens = [try ProviderTokenOption("OAUTH:t1:anna@example.com")]
    }

    @Test func signsOutOneToken() async throws {
        try await RunningEmulator.with(Self.options) { emulator async throws in
            let (one, other) = (try await emulator.clientToken(), try await emulator.clientToken())
            #expect(try await emulator.post("/x/sign-out", Self.body, token: one).status == 200)
            #expect(try await emulator.refresh(one).status == 401)
            #expect(try await emulator.refresh(other).status == 200)
            #expect(try await emulator.post("/x/sign-out", Self.body, token: one).status == 401)
        }
    }

    @Test func signsOutFromAllDevices() async throws {
        try await RunningEmulator.with(Self.options) { emulator async throws in
            let (one, other) = (try await emulator.clientToken(), try await emulator.clientToken())
            let anonymous = try await emulator.anonymousToken()
            let body = Self.body.replacing("}", with: #","fromAllDevices":true}"#)
            #expect(try await emulator.post("/x/sign-out", body, token: one).status == 200)
            #expect(try await emulator.refresh(other).status == 401)
            #expect(try await emulator.refresh(anonymous).status == 200)
        }
    }

    @Test(arguments: [
        #""password":"secret""#, #""identityProvider":"OAUTH","identityProviderToken":"t1""#,
    ])
    func deletesAnAccountByAFactorOfIt(factor: String) async throws {
        try await RunningEmulator.with(Self.options) { emulator async throws in
            let token = try await emulator.clientToken()
            let body = Self.body.replacing("}", with: ",\(factor)}")
            let wrong = body.replacing("secret", with: "wrong").replacing("t1", with: "t2")
            #expect(try await emulator.post("/x/delete", wrong, token: token).status == 403)
            #expect(try await emulator.post("/x/delete", body, token: token).status == 200)
            #expect(try await emulator.refresh(token).status == 401)
            let again = try await emulator.post(RunningEmulator.signInPath, #"{"apiKey":"K",\#(RunningEmulator.anna)}"#)
            #expect(again.status == 401)
        }
    }

    @Test func deletesNoAccountByAnAnonymousToken() async throws {
        try await RunningEmulator.with(Self.options) { emulator async throws in
            let body = Self.body.replacing("}", with: #","password":"secret"}"#)
            let token = try await emulator.anonymousToken()
            #expect(try await emulator.post("/x/delete", body, token: token).status == 403)
        }
    }

    @Test func authenticatesSimply() async throws {
        try await RunningEmulator.with(Self.options) { emulator async throws in
            let body = Self.body.replacing("}", with: #","authId":"a","customId":"c","profile":{"x":1}}"#)
            let reply = try await emulator.post("/x/simple", body)
            #expect(reply["origin"]?.string == "SIMPLE_AUTH")
            #expect(reply["customId"]?.string == "c")
            #expect(try await emulator.profile(try emulator.token(reply)).status == 403)
            #expect(try await emulator.refresh(try emulator.token(reply)).status == 200)
            #expect(try await emulator.post("/x/simple", Self.body).status == 400)
        }
    }

    @Test(arguments: ["x", "/__control/x", RunningEmulator.refreshPath])
    func refusesAPathThatCannotBeServed(path: String) throws {
        var options = EmulatorOptions()
        options.signOutPath = path
        #expect(throws: OptionError.self) { try EmulatorServer(options) }
    }
}
