// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import EmulatorTestSupport
import SyneriseEmulator
import Testing

@testable import SessionProtocol

/// Many clients at once.
@Suite(.timeLimit(.minutes(10))) struct LoadTests {
    @Test func servesAThousandConnectionsAtOnce() async throws {
        try await RunningEmulator.with({ $0.faults = [try Fault("on=E9,hold")] }) { emulator async throws in
            try await withThrowingTaskGroup(of: Int?.self) { group in
                for _ in 0..<1000 { group.addTask { try await emulator.get("/v4/public.pem").status } }
                #expect(try await emulator.get("/__control/held?atLeast=1000")["held"]?.integer == 1000)
                #expect(try await emulator.control("release")["released"]?.integer == 1000)
                for try await status in group { #expect(status == 200) }
            }
        }
    }
}
