// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import SessiondLinux
@testable import SessiondPrimitives

/// The account database of this machine, which has root at least.
@Suite(.timeLimit(.minutes(10))) struct AccountDatabaseTests {
    @Test func rootIsFoundBothWays() {
        #expect(AccountDatabase.id(of: .user("root")) == .found(0))
        #expect(AccountDatabase.id(of: .group("root")) == .found(0))
        #expect(AccountDatabase.name(of: .user(0)) == .found("root"))
        #expect(AccountDatabase.name(of: .group(0)) == .found("root"))
        #expect(AccountDatabase.groups(ofUser: "root").value?.contains(0) == true)
    }

    @Test func whatNobodyHasIsAbsent() {
        #expect(AccountDatabase.id(of: .user("no-such-user")) == .absent)
        #expect(AccountDatabase.id(of: .group("no-such-group")) == .absent)
        #expect(AccountDatabase.name(of: .user(4_000_000_000)) == .absent)
        #expect(AccountDatabase.groups(ofUser: "no-such-user") == .absent)
    }

    @Test func aLabelIsTheNameOrTheNumber() {
        #expect(
            AccountLabels.of([.user(0), .group(4_000_000_000)]) == [
                .user(0): "root", .group(4_000_000_000): "4000000000",
            ])
    }

    @Test(arguments: [
        (AccountFailure.error(ETIMEDOUT), "Connection timed out"),
        (.late(after: .seconds(5)), "there was no answer within 5 s"),
        (.late(after: .milliseconds(250)), "there was no answer within 0.25 s"),
        (.tooLarge, "its entry has more than 64 MiB"),
    ])
    func aFailureSaysWhy(failure: AccountFailure, text: String) { #expect(failure.description == text) }
}
