// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import EmulatorTestSupport
import SyneriseEmulator
import Testing

@testable import SessionProtocol

/// The control endpoint.
@Suite(.timeLimit(.minutes(10))) struct ControlTests {
    @Test func addsListsAndRemovesFaults() async throws {
        try await RunningEmulator.with { emulator async throws in
            let added = try await emulator.control("faults", #"{"faults":["on=E1,times=2,status=500","on=E5,drop"]}"#)
            let listed = try await emulator.get("/__control/faults")
            #expect(added.json == listed.json)
            guard case .array(let faults)? = listed["faults"] else { throw TestFailure("no faults") }
            #expect(faults.map { $0["fault"]?.string } == ["on=E1,times=2,status=500", "on=E5,drop"])
            #expect(faults.map { $0["remaining"]?.integer } == [2, nil])
            #expect(try await emulator.logIn().status == 500)
            let removed = try await emulator.send(TestRequest(method: "DELETE", path: "/__control/faults"))
            #expect(removed["faults"] == .array([]))
            #expect(try await emulator.logIn().status == 200)
        }
    }

    @Test func addsAllFaultsOrNone() async throws {
        try await RunningEmulator.with { emulator async throws in
            #expect(try await emulator.control("faults", #"{"faults":["drop","dorp"]}"#).status == 400)
            #expect(try await emulator.get("/__control/faults")["faults"] == .array([]))
        }
    }

    @Test func holdsAnAnswerUntilTheRelease() async throws {
        try await RunningEmulator.with({ $0.faults = [try Fault("on=E5,hold")] }) { emulator async throws in
            let token = try await emulator.anonymousToken()
            async let refreshed = emulator.refresh(token)
            #expect(try await emulator.get("/__control/held?atLeast=1")["held"]?.integer == 1)
            // It was judged: what comes now does not change its answer.
            _ = try await emulator.control("revoke", #"{"token":"\#(token)"}"#)
            #expect(try await emulator.log("?on=E5").count == 1)
            #expect(try await emulator.control("release")["released"]?.integer == 1)
            #expect(try await refreshed.status == 200)
            #expect(try await emulator.get("/__control/held")["held"]?.integer == 0)
        }
    }

    @Test func shiftsEveryTimeThatItStates() async throws {
        try await RunningEmulator.with({ $0.clockOffsetSeconds = 86_400 }) { emulator async throws in
            let ahead = try await emulator.logIn()
            let set = try await emulator.control("clock", #"{"offsetSeconds":-784111777}"#)
            let now = try #require(set["nowSeconds"]?.integer)
            let behind = try await emulator.logIn()
            let shift = (ahead["created"]?.integer ?? 0) - (behind["created"]?.integer ?? 0)
            #expect((784_198_100_000...784_198_177_000).contains(shift), "\(shift)")
            #expect((now + 3600...now + 3700).contains(behind["expiration"]?.integer ?? 0))
            #expect(behind.headers["date"] != ahead.headers["date"])
        }
    }

    @Test func statesTheDateOfItsClock() async throws {
        try await RunningEmulator.with { emulator async throws in
            // So far back that the year is known whatever the second is.
            let now = try await emulator.control("clock", #"{"advanceSeconds":0}"#)["nowSeconds"]?.integer ?? 0
            _ = try await emulator.control("clock", #"{"offsetSeconds":\#(784_111_777 - now)}"#)
            let date = try #require(try await emulator.logIn().headers["date"])
            #expect(date.hasPrefix("Sun, 06 Nov 1994 08:") && date.hasSuffix(" GMT"))
        }
    }

    @Test func setsTheLifetimeOfTokensToCome() async throws {
        try await RunningEmulator.with { emulator async throws in
            _ = try await emulator.control("lifetime", #"{"seconds":7}"#)
            let reply = try await emulator.logIn()
            #expect(reply["expiration"]?.integer == (reply["created"]?.integer ?? 0) / 1000 + 7)
        }
    }

    @Test(arguments: [
        #"{"uuid":"345d4c8f-5aff-591d-a19c-1ca48923d9ee"}"#, #"{"all":true}"#, #"{"login":"anna@example.com"}"#,
    ])
    func revokesWhatIsMeant(selection: String) async throws {
        try await RunningEmulator.with { emulator async throws in
            let (client, anonymous) = (try await emulator.clientToken(), try await emulator.anonymousToken())
            let onlyClient = selection.contains("login")
            let reply = try await emulator.control("revoke", selection)
            #expect(reply["revoked"]?.integer == (onlyClient ? 1 : 2))
            #expect(try await emulator.refresh(client).status == 401)
            #expect(try await emulator.refresh(anonymous).status == (onlyClient ? 200 : 401))
            #expect(try await emulator.control("revoke", selection)["revoked"]?.integer == 0)
        }
    }

    @Test(arguments: [
        "faults {}", "faults {\"faults\":[1]}", "clock {}", "clock {\"offsetSeconds\":1,\"advanceSeconds\":1}",
        "clock {\"offsetSeconds\":\"1\"}", "lifetime {}", "lifetime {\"seconds\":0}",
        "lifetime {\"seconds\":9000000000000000000}", "clock {\"offsetSeconds\":9000000000000000000}",
        "clock {\"advanceSeconds\":-9000000000000000000}", "revoke {}", "revoke {\"token\":\"x\"}",
        "revoke []", "nothing {}", "log {}",
    ])
    func refusesACallOfAnotherForm(call: String) async throws {
        let parts = call.split(separator: " ", maxSplits: 1).map(String.init)
        try await RunningEmulator.with { emulator async throws in
            let reply = try await emulator.control(parts[0], parts[1])
            #expect(reply.status == 400)
            #expect(reply["error"]?.string?.isEmpty == false)
        }
    }

    @Test(arguments: ["log?since=x", "log?on=E4", "held?atLeast=-1"])
    func refusesAQueryOfAnotherForm(query: String) async throws {
        try await RunningEmulator.with { emulator async throws in
            #expect(try await emulator.get("/__control/\(query)").status == 400)
        }
    }
}
