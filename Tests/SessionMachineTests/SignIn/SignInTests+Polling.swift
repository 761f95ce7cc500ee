// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// Polling, RFC 8628 §3.5.
extension SignInTests {
    @Test func theFirstQuestionComesAfterOneInterval() {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        #expect(bench.machine.nextSignInInstant == bench.now.boottime + MachineBench.interval)
        bench.pass(MachineBench.interval - .milliseconds(1))
        #expect(bench.steps.isEmpty)
        bench.pass(.milliseconds(1))
        #expect(bench.steps.map(\.kind) == [.poll(MachineBench.deviceCode)])
    }

    @Test(
        "A code that ends within one interval is asked for once before that",
        arguments: [(300, 300, 295), (300, 298, 295), (8, 8, 4), (1, 1, 0), (600, 5, 5)])
    func aShortCode(life: Int, interval: Int, asked: Int) {
        var bench = MachineBench.withProvider()
        bench.call(.beginSignIn(BeginSignIn()))
        bench.endBeginning(
            .success(
                SignInOffer(
                    .device, .device(MachineBench.deviceCode), lifetime: .seconds(life), interval: .seconds(interval))))
        let since = bench.now.boottime
        let step = bench.nextStep()
        #expect(step?.kind == .poll(MachineBench.deviceCode))
        #expect((bench.now.boottime - since).components.seconds == asked)
        bench.grant()
        bench.endStep(.identity(CustomerIdentity(subject: "s")))
        #expect(bench.phase == .signedIn)
    }

    @Test func aCodeIsAskedForOnceMoreAfterARestart() {
        var bench = MachineBench.withProvider()
        bench.call(.beginSignIn(BeginSignIn()))
        bench.endBeginning(
            .success(
                SignInOffer(
                    .device, .device(MachineBench.deviceCode), lifetime: .seconds(100), interval: .seconds(60))))
        bench.move(.seconds(50))
        bench.restart()
        _ = bench.nextStep()
        #expect(bench.machine.signIns.step != nil)
    }

    @Test func slowDownAddsFiveSecondsForGood() {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        for seconds in [10, 15, 20] {
            _ = bench.nextStep()
            bench.endStep(.waiting(slowDown: true))
            #expect(bench.machine.nextSignInInstant == bench.now.boottime + .seconds(seconds))
        }
        _ = bench.nextStep()
        bench.endStep(.waiting(slowDown: false))
        #expect(bench.machine.nextSignInInstant == bench.now.boottime + .seconds(20))
    }

    @Test func aTimeOutDoublesThePauseAndNothingElseDoes() {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        for seconds in [10, 20, 40, 60, 60] {
            _ = bench.nextStep()
            bench.endStep(.failure(.outage))
            #expect(bench.machine.nextSignInInstant == bench.now.boottime + .seconds(seconds))
        }
        _ = bench.nextStep()
        bench.endStep(.waiting(slowDown: false))
        _ = bench.nextStep()
        bench.endStep(.failure(AuthorityFailure(.unavailable, "an HTML page", status: 502)))
        #expect(bench.machine.nextSignInInstant == bench.now.boottime + MachineBench.interval)
    }

    @Test func whatTimeOutsDoesNotKeepACodeFromBeingAskedAboutBeforeItEnds() throws {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        let end = try #require(bench.record.pendingSignIn).expiresAt
        var last = Duration.zero
        while bench.record.pendingSignIn != nil {
            _ = bench.nextStep()
            if bench.machine.signIns.step != nil { last = bench.now.boottime }
            bench.endStep(.failure(.outage))
        }
        #expect(last == end - .seconds(5))
    }

    @Test func retryAfterIsObeyed() {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        _ = bench.nextStep()
        bench.endStep(.failure(AuthorityFailure(.unavailable, "busy", retryAfter: .seconds(90), status: 429)))
        #expect(bench.machine.nextSignInInstant == bench.now.boottime + .seconds(90))
    }

    @Test(arguments: [SignInReply.Progress.denied, .expired])
    func theAuthoritysWordEndsIt(progress: SignInReply.Progress) throws {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        let question = bench.nextStep()
        let attempt = try #require(question).attempt
        bench.endStep(progress)
        let outcome: SignInOutcome = progress == .denied ? .denied : .expired
        #expect(bench.changes == [.signInEnded(attempt: attempt, outcome, because: nil)])
        #expect(bench.record.pendingSignIn == nil && bench.phase == .none && bench.record.generation == 7)
    }

    @Test(arguments: [AuthorityFailure.Meaning.rejected, .misconfigured, .unsupported])
    func whatCannotComeRightFailsIt(meaning: AuthorityFailure.Meaning) throws {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        let question = bench.nextStep()
        let attempt = try #require(question).attempt
        let failure = AuthorityFailure(meaning, "no", status: 400)
        bench.endStep(.failure(failure))
        #expect(
            bench.changes.contains(
                .signInEnded(attempt: attempt, .failed, because: failure.errorName, saying: "no")))
    }

    @Test func anOutageEndsNothingUntilTheCodeDoes() throws {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        let attempt = try #require(bench.record.pendingSignIn?.attempt)
        var polls = 0
        while bench.record.pendingSignIn != nil {
            if bench.nextStep() != nil {
                polls += 1
                bench.endStep(.failure(.outage))
            }
        }
        #expect(bench.changes == [.signInEnded(attempt: attempt, .expired, because: nil)])
        #expect((10...14).contains(polls), "\(polls)")
    }
}
