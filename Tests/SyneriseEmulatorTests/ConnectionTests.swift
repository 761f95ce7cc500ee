// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import EmulatorTestSupport
import SyneriseEmulator
import Testing

/// Connections, as a client that keeps them uses them.
@Suite(.timeLimit(.minutes(10))) struct ConnectionTests {
    @Test func answersSeveralRequestsOfAConnectionInTheirOrder() async throws {
        try await RunningEmulator.with { emulator async throws in
            let kept = TestRequest(method: "GET", path: "/nothing", connection: "keep-alive")
            let last = TestRequest(method: "GET", path: "/v4/public.pem")
            let received = try await emulator.exchange(kept.bytes + kept.bytes + last.bytes)
            let text = String(decoding: received, as: UTF8.self)
            #expect(text.matches(of: /HTTP\/1\.1 (\d+)/).map(\.1) == ["404", "404", "200"])
        }
    }

    @Test func closesAConnectionWithAnAnswerThatWasCut() async throws {
        try await RunningEmulator.with({ $0.faults = [try Fault("on=E9,truncate=3")] }) { emulator async throws in
            let cut = TestRequest(method: "GET", path: "/v4/public.pem", connection: "keep-alive")
            let received = try await emulator.exchange(cut.bytes)
            #expect(Reply(received).body == Array("---".utf8))
        }
    }
}
