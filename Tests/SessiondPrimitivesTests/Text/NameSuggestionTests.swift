// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessiondPrimitives

@Suite(.timeLimit(.minutes(10))) struct NameSuggestionTests {
    private static let verbs = ["status", "touch", "token", "wait", "watch", "sign-in", "sign-out", "destroy", "exec"]

    @Test(
        arguments: [
            ("stauts", "status"), ("STATUS", "status"), ("tuoch", "touch"), ("signin", "sign-in"), ("toke", "token"),
            ("dest", "destroy"), ("destory", "destroy"), ("wath", "watch"), ("exce", "exec"),
        ])
    func whatIsNearIsSuggested(written: String, meant: String) {
        #expect(NameSuggestion.nearest(to: written, among: Self.verbs) == meant)
    }

    @Test(arguments: ["nosuch", "logon", "push", "x", "", "status-of-the-session", "who", "wa"])
    func whatIsFarOffIsNot(written: String) {
        #expect(NameSuggestion.nearest(to: written, among: Self.verbs) == nil)
    }

    @Test func whatMayBeALaterVersionsNameIsNotTakenForAMistake() {
        let keys = ["MaximumConnections", "IdleTimeoutSec"]
        #expect(NameSuggestion.nearest(to: "MinimumConnections", among: keys) == "MaximumConnections")
        #expect(NameSuggestion.misspelt("MinimumConnections", among: keys) == "MaximumConnections")
        #expect(NameSuggestion.nearest(to: "ReservedConnections", among: keys) == nil)
        #expect(NameSuggestion.misspelt("LeastConnections", among: keys) == nil)
        #expect(NameSuggestion.misspelt("IdelTimeoutSecs", among: keys) == "IdleTimeoutSec")
    }
}
