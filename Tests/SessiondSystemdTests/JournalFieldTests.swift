// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessiondSystemd

@Suite(.timeLimit(.minutes(10))) struct JournalFieldTests {
    @Test(arguments: ["A", "PEER_UID", "SESSION_GENERATION", "A1__", String(repeating: "N", count: 64)])
    func acceptsNamesOfTheJournal(name: String) {
        #expect(JournalField(name: name, value: "v")?.name == name)
    }

    @Test(arguments: [
        "", "_PID", "1A", "peerUID", "PEER-UID", "PEER UID", "PEER_UÍD", "A=B", "A\nMESSAGE", "A\0",
        String(repeating: "N", count: 65),
    ])
    func refusesOtherNames(name: String) {
        #expect(JournalField(name: name, value: "v") == nil)
    }

    @Test(arguments: ["MESSAGE", "PRIORITY", "SYSLOG_IDENTIFIER", "UNIT", "USER_UNIT", "INVOCATION_ID"])
    func refusesNamesThatEntriesGetElsewhere(name: String) {
        #expect(JournalField(name: name, value: "v") == nil)
    }
}
