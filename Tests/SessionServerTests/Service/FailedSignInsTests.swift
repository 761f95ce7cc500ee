// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import AccessRules
@testable import LineServer
@testable import SessionServer
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct FailedSignInsTests {
    private var failures = FailedSignIns()

    init() {
        var limits = ServerLimits()
        (limits.failedSignIns, limits.failedSignInDelay) = (3, .seconds(10))
        failures.limits = limits
    }

    private static func caller(_ user: UInt32, _ page: String? = nil) -> CallerIdentity {
        CallerIdentity(user: user, origin: page.flatMap { try? WebOrigin($0) })
    }

    private func wait(_ user: UInt32 = 1, at seconds: Int = 100) -> Duration? {
        failures.wait(of: Self.caller(user), at: .seconds(seconds))
    }

    private mutating func fail(_ count: Int, by user: UInt32 = 1, at seconds: Int = 100) {
        for _ in 0..<count { failures.failed(Self.caller(user), at: .seconds(seconds)) }
    }

    @Test mutating func aFewAreFreeAndEachFurtherOneDoublesTheWaitUpToTheLongest() {
        for wanted in [nil, nil, 1, 2, 4, 8, 10, 10] as [Int?] {
            fail(1)
            #expect(wait() == wanted.map { .seconds($0) })
        }
        fail(100_000)
        #expect(wait() == .seconds(10))
    }

    @Test mutating func theWaitCountsFromTheLastFailureAndEnds() {
        fail(4)
        #expect(wait(at: 101) == .seconds(1))
        #expect(wait(at: 102) == nil)
        fail(1, at: 150)
        #expect(wait(at: 150) == .seconds(4))
    }

    @Test mutating func successOfTheUserEndsItAndNobodyElses() {
        fail(3, by: 1)
        fail(3, by: 2)
        failures.succeeded(Self.caller(1))
        #expect(wait(1) == nil)
        #expect(wait(2) == .seconds(1))
        fail(2, by: 1)
        #expect(wait(1) == nil)
    }

    @Test mutating func pagesOfAnOriginAndTheirUserWaitForNobodyButThemselves() {
        let (till, menu) = (Self.caller(1, "https://till.example.com"), Self.caller(1, "https://menu.example.com"))
        for _ in 0..<3 { failures.failed(till, at: .seconds(100)) }
        #expect(failures.wait(of: till, at: .seconds(100)) == .seconds(1))
        #expect(failures.wait(of: menu, at: .seconds(100)) == nil)
        #expect(wait(1) == nil)
        failures.succeeded(Self.caller(1))
        failures.succeeded(menu)
        #expect(failures.wait(of: till, at: .seconds(100)) == .seconds(1))
        fail(3, by: 1)
        failures.succeeded(till)
        #expect(wait(1) == .seconds(1))
    }

    @Test mutating func anHourWithoutAFailureForgetsThoseBefore() {
        fail(3)
        fail(1, at: 100 + 3599)
        #expect(wait(at: 100 + 3599) == .seconds(2))
        fail(1, at: 100 + 3599 + 3600)
        #expect(wait(at: 100 + 3599 + 3600) == nil)
    }

    @Test mutating func withoutALongestWaitNobodyWaits() {
        fail(50)
        failures.limits.failedSignInDelay = .zero
        #expect(wait() == nil)
    }

    @Test mutating func usersBeyondNumberPushOutWhoFailedLongestAgo() {
        for user in 0..<UInt32(FailedSignIns.maximumCallers) { fail(3, by: user, at: 100 + Int(user)) }
        let now = 100 + FailedSignIns.maximumCallers
        fail(3, by: 70_000, at: now)
        #expect(failures.callerCount == FailedSignIns.maximumCallers)
        #expect(wait(70_000, at: now) == .seconds(1))
        #expect(wait(0, at: 100) == nil)
        #expect(wait(1, at: 101) == .seconds(1))
    }
}
