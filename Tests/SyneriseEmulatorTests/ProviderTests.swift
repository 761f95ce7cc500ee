// SPDX-License-Identifier: Apache-2.0

import EmulatorTestSupport
import SyneriseEmulator
import Testing

@testable import SessionProtocol

/// Sign-in by provider, and the conditional form.
@Suite(.timeLimit(.minutes(10))) struct ProviderTests {
    private static let body = #"{"apiKey":"K","identityProvider":"GOOGLE","identityProviderToken":"t1"}"#

    private static func options(_ options: inout EmulatorOptions) throws {
        options.providerTokens = [try ProviderTokenOption("GOOGLE:t1:bob@example.com")]
        options.conditions = [
            try ConditionOption("anna@example.com=ACTIVATION_REQUIRED:email:phone"),
            try ConditionOption("carl@example.com=SUCCESS"),
        ]
        options.accounts.append(try AccountOption("carl@example.com:secret"))
    }

    @Test func createsTheAccountOfAProvidersCustomerOnlyUnconditionally() async throws {
        try await RunningEmulator.with(Self.options) { emulator async throws in
            let before = try await emulator.post(RunningEmulator.conditionalPath, Self.body)
            #expect(before.status == 200)
            #expect(before["status"]?.string == "REGISTRATION_REQUIRED")
            #expect(before["conditions"] == .array([]))
            #expect(before["token"] == nil)
            let created = try await emulator.post(RunningEmulator.signInPath, Self.body)
            #expect(created["origin"]?.string == "GOOGLE")
            let after = try await emulator.post(RunningEmulator.conditionalPath, Self.body)
            #expect(after["clientId"] == created["clientId"])
            #expect(after["clientUuid"] == created["clientUuid"])
        }
    }

    @Test func refusesATokenOfAnotherProvider() async throws {
        try await RunningEmulator.with(Self.options) { emulator async throws in
            let body = Self.body.replacing("GOOGLE", with: "APPLE")
            #expect(try await emulator.post(RunningEmulator.signInPath, body).status == 401)
        }
    }

    @Test func answersTheConditionOfAnAccountAfterItsPassword() async throws {
        try await RunningEmulator.with(Self.options) { emulator async throws in
            let body = #"{"apiKey":"K",\#(RunningEmulator.anna)}"#
            let reply = try await emulator.post(RunningEmulator.conditionalPath, body)
            #expect(reply["status"]?.string == "ACTIVATION_REQUIRED")
            #expect(reply["conditions"] == .array([.string("email"), .string("phone")]))
            let wrong = try await emulator.post(
                RunningEmulator.conditionalPath, body.replacing("secret", with: "wrong"))
            #expect(wrong.status == 401)
        }
    }

    @Test func answersATokenWhereTheConditionIsSuccess() async throws {
        try await RunningEmulator.with(Self.options) { emulator async throws in
            let body = #"{"apiKey":"K",\#(RunningEmulator.anna.replacing("anna", with: "carl"))}"#
            let reply = try await emulator.post(RunningEmulator.conditionalPath, body)
            #expect(reply["token"]?.string != nil)
        }
    }
}
