// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionClient

/// The rules of what is repeated, apart from any connection.
@Suite(.timeLimit(.minutes(10))) struct CallAttemptsTests {
    private let unreachable = ClientError(.unreachable, "sessiond is not running")

    private func attempts(_ method: Method, wasConnected: Bool = false) -> CallAttempts {
        CallAttempts(Called(method), CallDeadline(.seconds(10)), wasConnected: wasConnected)
    }

    @Test(arguments: Method.allCases)
    func whatMayHaveBeenReadIsRepeatedUnlessItChangesTheSession(method: Method) {
        var attempts = attempts(method)
        let step = attempts.next(after: .lost(wasSent: true))
        #expect(step == (method.isMutation ? .outcomeUnknown : .retry(after: .milliseconds(10))))
    }

    @Test(arguments: Method.allCases)
    func whatWasNotSentIsRepeated(method: Method) {
        var attempts = attempts(method)
        #expect(attempts.next(after: .lost(wasSent: false)) == .retry(after: .milliseconds(10)))
    }

    @Test func aDaemonThatWasNeverThereIsNotWaitedFor() {
        var attempts = attempts(.status)
        #expect(attempts.next(after: .unreachable(unreachable, mayPass: false)) == .fail(unreachable))
    }

    @Test(arguments: [Method.status, .destroy])
    func aDaemonThatWasThereIsWaitedFor(method: Method) {
        var attempts = attempts(method, wasConnected: true)
        #expect(
            attempts.next(after: .unreachable(unreachable, mayPass: false)) == .retry(after: .milliseconds(10)))
    }

    @Test func pausesGrowToASecondAndEndWithTheDeadline() {
        var attempts = attempts(.status, wasConnected: true)
        var now = ContinuousClock.now
        let began = now
        var pauses: [Duration] = []
        while case .retry(let pause) = attempts.next(after: .unreachable(unreachable, mayPass: false), now: now) {
            pauses.append(pause)
            now += pause
        }
        #expect(Array(pauses.prefix(8)) == [10, 20, 40, 80, 160, 320, 640, 1_000].map { .milliseconds($0) })
        #expect(pauses.dropFirst(8).allSatisfy { $0 == .seconds(1) })
        #expect(now - began > .seconds(8) && now - began <= .seconds(10))
    }

    @Test func onlyReadsAreRepeatedWhileTheDaemonStops() {
        let stopping = ClientError.session(SessionError(.shuttingDown, "sessiond is stopping"))
        var read = attempts(.status)
        #expect(read.next(after: .failed(stopping)) == .retry(after: .milliseconds(10)))
        var mutation = attempts(.destroy)
        #expect(mutation.next(after: .failed(stopping)) == .fail(stopping))
    }
}
