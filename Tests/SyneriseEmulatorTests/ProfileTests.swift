// SPDX-License-Identifier: Apache-2.0

import EmulatorTestSupport
import Testing

@testable import SessionProtocol

/// E8.
@Suite(.timeLimit(.minutes(10))) struct ProfileTests {
    @Test func showsTheProfileOfTheCustomerWhoSignedIn() async throws {
        try await RunningEmulator.with { emulator async throws in
            let reply = try await emulator.profile(try await emulator.clientToken())
            #expect(reply.status == 200)
            #expect(reply["email"]?.string == "anna@example.com")
            #expect(reply["customId"]?.string == "card-1")
            #expect(reply["uuid"]?.string == RunningEmulator.uuid)
        }
    }

    @Test func refusesOtherTokensAndVersions() async throws {
        try await RunningEmulator.with { emulator async throws in
            let (client, anonymous) = (try await emulator.clientToken(), try await emulator.anonymousToken())
            #expect(try await emulator.profile(nil).status == 401)
            #expect(try await emulator.profile("x").status == 401)
            #expect(try await emulator.profile(anonymous).status == 403)
            #expect(try await emulator.profile(client, version: nil).status == 400)
            #expect(try await emulator.profile(client, version: "4.3").status == 400)
        }
    }
}
