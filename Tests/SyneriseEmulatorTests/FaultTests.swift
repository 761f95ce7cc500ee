// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import EmulatorTestSupport
import Foundation
import SessionProtocol
import SyneriseEmulator
import Testing

/// What a fault does to an answer on its way, seen on the wire.
@Suite(.timeLimit(.minutes(10))) struct FaultTests {
    private static func with(_ fault: String, _ body: (RunningEmulator) async throws -> Void) async throws {
        try await RunningEmulator.with({ $0.faults = [try Fault(fault)] }, body)
    }

    @Test func dropsTheConnectionWithoutAByte() async throws {
        try await Self.with("on=E1,times=1,drop") { emulator async throws in
            let reply = try await emulator.logIn()
            #expect(reply.status == nil && reply.headers.isEmpty && reply.body.isEmpty)
            #expect(try await emulator.logIn().status == 200)
        }
    }

    @Test(arguments: [0, 1, 100])
    func cutsABodyShorterThanItsContentLength(bytes: Int) async throws {
        try await Self.with("truncate=\(bytes)") { emulator async throws in
            let reply = try await emulator.logIn()
            #expect(reply.status == 200)
            #expect(reply.body.count == bytes)
            #expect(reply.headers["content-length"].flatMap { Int($0) } ?? 0 > 100)
        }
    }

    @Test func answersWhatIsNotJSON() async throws {
        try await Self.with("malformed") { emulator async throws in
            let reply = try await emulator.logIn()
            #expect(reply.status == 200 && reply.isWhole && reply.json == nil)
            #expect(reply.headers["content-type"] == "application/json")
        }
    }

    @Test func answersABodyAboveTheLimit() async throws {
        try await Self.with("oversize") { emulator async throws in
            let reply = try await emulator.logIn()
            #expect(reply.isWhole && reply.body.count > 1_048_576)
            #expect(reply["token"]?.string != nil)
        }
    }

    @Test func answersABodyAboveTheLimitWithoutAContentLength() async throws {
        try await Self.with("oversize=chunked") { emulator async throws in
            let reply = try await emulator.logIn()
            #expect(reply.headers["content-length"] == nil)
            #expect(reply.headers["transfer-encoding"] == "chunked")
            #expect(reply.body.count > 1_048_576)
        }
    }

    @Test func answersATokenAboveTheLimit() async throws {
        try await Self.with("token-too-long") { emulator async throws in
            #expect(try await emulator.logIn()["token"]?.string?.utf8.count == 32_769)
        }
    }

    @Test func answersNoToken() async throws {
        try await Self.with("no-token") { emulator async throws in
            let reply = try await emulator.logIn()
            #expect(reply.status == 200 && reply["token"] == nil)
            #expect(reply["expiration"]?.integer != nil)
        }
    }

    @Test func answersAnotherExpirationAndLetsTheTokenLive() async throws {
        let expected: [(String, (JSONValue?, Int64) -> Bool)] = [
            ("past", { $0?.integer == $1 - 3600 }),
            ("century", { $0?.integer == $1 + 3_155_760_000 }),
            ("missing", { value, _ in value == nil }),
            ("string", { $0?.string == String($1 + 3600) }),
        ]
        for (form, isExpected) in expected {
            try await Self.with("on=E1,expiration=\(form)") { emulator async throws in
                let reply = try await emulator.logIn()
                let created = try #require(reply["created"]?.integer)
                #expect(isExpected(reply["expiration"], created / 1000), "\(form)")
                #expect(try await emulator.refresh(try emulator.token(reply)).status == 200)
            }
        }
    }

    @Test func countsAndLimitsToAnEndpoint() async throws {
        try await Self.with("on=E5,on=E9,times=2,status=500") { emulator async throws in
            let token = try await emulator.anonymousToken()
            #expect(try await emulator.refresh(token).status == 500)
            #expect(try await emulator.get("/v4/public.pem").status == 500)
            #expect(try await emulator.refresh(token).status == 200)
        }
    }

    @Test func lastsWithoutACount() async throws {
        try await Self.with("status=502") { emulator async throws in
            for _ in 0..<3 { #expect(try await emulator.logIn().status == 502) }
            #expect(try await emulator.control("release").status == 200)
        }
    }

    @Test func judgesNothingBehindAStatus() async throws {
        try await RunningEmulator.with({ options in
            options.rotates = true
            options.faults = [try Fault("on=E5,times=1,status=503")]
        }) { emulator async throws in
            let token = try await emulator.anonymousToken()
            #expect(try await emulator.refresh(token).status == 503)
            #expect(try await emulator.refresh(token).status == 200)
        }
    }

    @Test func judgesARequestWhoseAnswerIsLost() async throws {
        try await RunningEmulator.with({ options in
            options.rotates = true
            options.faults = [try Fault("on=E5,times=1,drop")]
        }) { emulator async throws in
            let token = try await emulator.anonymousToken()
            #expect(try await emulator.refresh(token).status == nil)
            #expect(try await emulator.refresh(token).status == 401)
        }
    }

    @Test func answersLateButAnswers() async throws {
        try await Self.with("delay=0.05") { emulator async throws in
            let start = ContinuousClock.now
            #expect(try await emulator.logIn().status == 200)
            #expect(ContinuousClock.now - start >= .milliseconds(50))
        }
    }
}
