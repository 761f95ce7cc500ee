// SPDX-License-Identifier: Apache-2.0

import EmulatorTestSupport
import Testing

@testable import SessionProtocol
@testable import SyneriseEmulator

/// E5.
@Suite(.timeLimit(.minutes(10))) struct RefreshTests {
    @Test func replacesATokenWithoutRevokingIt() async throws {
        try await RunningEmulator.with { emulator async throws in
            for token in [try await emulator.anonymousToken(), try await emulator.clientToken()] {
                let first = try await emulator.refresh(token)
                let second = try await emulator.refresh(token)
                #expect(first.status == 200 && second.status == 200)
                #expect(first["token"] != second["token"])
                #expect(first["origin"] == second["origin"])
                #expect(first["clientUuid"]?.string == RunningEmulator.uuid)
            }
        }
    }

    @Test func revokesTheOldOneWhereItRotates() async throws {
        try await RunningEmulator.with({ $0.rotates = true }) { emulator async throws in
            let old = try await emulator.anonymousToken()
            let new = try emulator.token(try await emulator.refresh(old))
            #expect(try await emulator.refresh(old).status == 401)
            #expect(try await emulator.refresh(new).status == 200)
        }
    }

    @Test func refusesATokenThatHasExpiredByItsOwnClock() async throws {
        try await RunningEmulator.with({ $0.tokenLifetimeSeconds = 60 }) { emulator async throws in
            let token = try await emulator.anonymousToken()
            _ = try await emulator.control("clock", #"{"advanceSeconds":30}"#)
            #expect(try await emulator.refresh(token).status == 200)
            _ = try await emulator.control("clock", #"{"advanceSeconds":31}"#)
            #expect(try await emulator.refresh(token).status == 401)
        }
    }

    @Test func refusesATokenThatCameWithAnotherKey() async throws {
        try await RunningEmulator.with { emulator async throws in
            let token = try await emulator.anonymousToken()
            #expect(try await emulator.refresh(token, apiKey: "L").status == 401)
        }
    }

    @Test func refusesWhatItDidNotSign() async throws {
        try await RunningEmulator.with { emulator async throws in
            let token = try await emulator.anonymousToken()
            for forged in ["x", "a.b.c", token + "A", "A" + token, String(token.dropLast(4))] {
                #expect(try await emulator.refresh(forged).status == 401)
            }
        }
    }
}
