// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import SessiondSystemd

@Suite(.timeLimit(.minutes(10))) struct MachineIdentityTests {
    @Test func derivesTheSameIdentifierAsSystemd() throws {
        let applicationID = String(MachineIdentity.applicationID, radix: 16)
        #expect(try MachineIdentity.machine() == Self.identifier(["machine-id", "--app-specific=\(applicationID)"]))
    }

    @Test func doesNotRevealTheMachineIdentifier() throws {
        let machine = try String(contentsOfFile: "/etc/machine-id", encoding: .utf8).prefix(32)
        #expect(try MachineIdentity.machine() != String(machine))
    }

    @Test func readsTheBootIdentifierOfTheKernel() throws {
        let text = try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        #expect(try MachineIdentity.boot() == text.filter(\.isHexDigit))
    }

    private static func identifier(_ arguments: [String]) throws -> String {
        try ToolRun("/usr/bin/systemd-id128", arguments).output.trimmingCharacters(in: .newlines)
    }
}
