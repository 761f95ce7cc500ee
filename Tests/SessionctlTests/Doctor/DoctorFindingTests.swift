// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessionctlCommands

@Suite(.timeLimit(.minutes(10))) struct DoctorFindingTests {
    @Test func theWorstOfSeveralIsToldFirstAndWhatIsWellNotAtAll() {
        let finding = DoctorFinding(worstOf: [
            .ok("a"), .warning("b", hint: "do b"), .skipped("c"), .problem("d", hint: "do d"),
            .problem("e", hint: "do d"),
        ])
        #expect(finding.testDescription == "problem: d; e; b | do d; do b")
    }

    @Test func whatWasSkippedIsNotToldBesideWhatWasSeen() {
        #expect(DoctorFinding(worstOf: [.skipped("a"), .ok("b"), .ok("c")]) == .ok("b, c"))
        #expect(DoctorFinding(worstOf: [.skipped("a", hint: "h")]) == .skipped("a", hint: "h"))
    }

    @Test func aFindingIsOneLineWhateverAFileHolds() {
        #expect(DoctorFinding.problem("a\nb\u{1B}[2J", hint: "c\r").testDescription == "problem: a b [2J | c ")
    }
}
