// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionClient

/// What the daemon is told of a deadline, and when the client gives up.
@Suite(.timeLimit(.minutes(10))) struct CallDeadlineTests {
    private let now = ContinuousClock.now

    @Test func theFirstAttemptHasAllOfIt() {
        let deadline = CallDeadline(.milliseconds(2_500), now: now)
        #expect(deadline.seconds(isFirst: true, now: now) == 2.5)
        // However long it took to make the request.
        #expect(deadline.seconds(isFirst: true, now: now + .seconds(1)) == 2.5)
    }

    @Test(arguments: [2.5, nil])
    func aLaterAttemptHasWhatIsLeft(seconds: Double?) {
        let deadline = CallDeadline(seconds.map { .seconds($0) }, now: now)
        let all = seconds ?? WireLimits.defaultDeadlineSeconds
        #expect(deadline.seconds(isFirst: false, now: now) == all)
        #expect(deadline.seconds(isFirst: false, now: now + .milliseconds(1_250)) == all - 1.25)
    }

    @Test func lessThanADaemonAcceptsIsTheLeastThatItDoes() {
        let deadline = CallDeadline(.seconds(1), now: now)
        let least = WireLimits.deadlineSeconds.lowerBound
        #expect(deadline.seconds(isFirst: false, now: now + .microseconds(999_900)) == least)
        #expect(deadline.seconds(isFirst: false, now: now + .seconds(5)) == least)
        #expect(CallDeadline(.microseconds(1), now: now).seconds(isFirst: true, now: now) == least)
    }

    @Test func moreThanADaemonAcceptsIsTheMostThatItDoes() {
        let deadline = CallDeadline(.seconds(3_600), now: now)
        #expect(deadline.seconds(isFirst: true, now: now) == WireLimits.deadlineSeconds.upperBound)
        #expect(deadline.remaining(now: now) == .seconds(WireLimits.deadlineSeconds.upperBound))
    }

    @Test func theDaemonsOwnIsNotSent() {
        let deadline = CallDeadline(nil, now: now)
        #expect(deadline.seconds(isFirst: true, now: now) == nil)
        #expect(deadline.remaining(now: now + .seconds(10)) == .seconds(WireLimits.defaultDeadlineSeconds - 10))
    }

    @Test func theClientGivesUpAfterTheDaemonHas() {
        let deadline = CallDeadline(.seconds(1), now: now)
        #expect(deadline.localInstant == now + .seconds(1) + CallDeadline.grace)
        #expect(CallDeadline.grace > .zero)
    }

    @Test(
        arguments: [
            (.zero, 0), (.seconds(-1), 0), (.nanoseconds(1), 1), (.milliseconds(1), 1), (.microseconds(1_001), 2),
            (.seconds(2), 2_000), (.seconds(1 << 40), Int32.max),
        ] as [(Duration, Int32)])
    func pollWaitsNeverShorterThanAsked(duration: Duration, milliseconds: Int32) {
        #expect(duration.pollMilliseconds == milliseconds)
    }

    @Test func pausesDoubleUpToTheLongest() {
        var backoff = Backoff(from: .milliseconds(300), to: .seconds(1))
        #expect((0..<4).map { _ in backoff.pause() } == [300, 600, 1_000, 1_000].map { .milliseconds($0) })
    }
}
