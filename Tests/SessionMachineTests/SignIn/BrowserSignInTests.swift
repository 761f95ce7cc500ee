// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct BrowserSignInTests {
    static let callback = "com.example.till:/signed-in?code=c&state=the-state"

    private func complete(_ bench: inout MachineBench, _ url: String = callback) -> CallID {
        let attempt = bench.record.pendingSignIn?.attempt ?? "none"
        return bench.call(.completeSignIn(CompleteSignIn(attempt: attempt, callbackURL: Secret(url))))
    }

    @Test func theAddressThatComesBackSignsTheCustomerIn() throws {
        var bench = MachineBench.withProvider()
        bench.beginBrowser()
        let id = complete(&bench)
        let step = try #require(bench.machine.signIns.step)
        #expect(step.kind == .redeem(Secret("c"), MachineBench.browserRequest) && bench.answer(to: id) == nil)
        bench.grant()
        bench.endStep(.identity(CustomerIdentity(subject: "s", login: "anna")))
        #expect(bench.answer(to: id) == .status && bench.status.login == "anna")
        #expect(bench.changes.map(\.kind) == [.signedIn, .signInEnded])
    }

    @Test func anAddressThatIsNotTheAnswerSendsNothingAndEndsNothing() {
        var bench = MachineBench.withProvider()
        bench.beginBrowser()
        let id = complete(&bench, "com.example.till:/signed-in?code=c&state=another")
        #expect(bench.error(of: id)?.name == .invalidParams && bench.effects.count == 1)
        #expect(bench.record.pendingSignIn != nil && bench.durability == .nothing)
    }

    @Test(arguments: [("access_denied", SignInOutcome.denied), ("server_error", .failed)])
    func theAuthoritysErrorEndsIt(error: String, outcome: SignInOutcome) throws {
        var bench = MachineBench.withProvider()
        bench.beginBrowser()
        let attempt = try #require(bench.record.pendingSignIn?.attempt)
        let id = complete(&bench, "com.example.till:/signed-in?error=\(error)&state=the-state")
        #expect(bench.error(of: id)?.name == .authorityRejected && bench.steps.isEmpty)
        let reason: ErrorName? = outcome == .failed ? .authorityRejected : nil
        #expect(bench.changes == [.signInEnded(attempt: attempt, outcome, because: reason)])
    }

    @Test func whoWaitsHearsWhyItFailed() {
        for (result, name) in [
            (SignInStepResult.reply(SignInReply(.waiting(slowDown: true))), ErrorName.authorityRejected),
            (.failure(AuthorityFailure(.misconfigured, "no")), .authorityUnavailable),
        ] {
            var bench = MachineBench.withProvider()
            bench.beginBrowser()
            let id = complete(&bench)
            bench.endStep(result)
            #expect(bench.error(of: id)?.name == name && bench.record.pendingSignIn == nil)
            #expect(bench.changes.map(\.reason) == [name.rawValue])
        }
    }

    @Test func aSecondCompletionIsBusyAndALateOneSuperseded() throws {
        var bench = MachineBench.withProvider()
        bench.beginBrowser()
        let attempt = try #require(bench.record.pendingSignIn?.attempt)
        let first = complete(&bench)
        let second = complete(&bench)
        #expect(bench.error(of: second)?.name == .busy)
        bench.call(.signOut(SignOut(), byAdministrator: false))
        #expect(bench.error(of: first)?.name == .superseded)
        let late = bench.call(.completeSignIn(CompleteSignIn(attempt: attempt, callbackURL: Secret(Self.callback))))
        #expect(bench.error(of: late)?.name == .superseded)
    }

    @Test func oneThatIsCompletedAgainIsDone() throws {
        var bench = MachineBench.withProvider()
        bench.beginBrowser()
        let attempt = try #require(bench.record.pendingSignIn?.attempt)
        _ = complete(&bench)
        bench.grant()
        bench.endStep(.identity(CustomerIdentity(subject: "s")))
        let again = SessionCall.completeSignIn(CompleteSignIn(attempt: attempt, callbackURL: Secret(Self.callback)))
        let done = bench.call(again)
        #expect(
            bench.error(of: done)?.name == .alreadySignedIn && bench.error(of: done)?.message.contains("done") == true)
        // Of another one that is over nobody can say so.
        let other = bench.call(.completeSignIn(CompleteSignIn(attempt: "a", callbackURL: Secret(Self.callback))))
        let superseded = try #require(bench.error(of: other))
        #expect(superseded.name == .superseded && superseded.hint?.contains("beginSignIn") == false)
        // Nor once its customer has gone, whoever has come.
        bench.call(.signOut(SignOut(), byAdministrator: false))
        let late = bench.call(again)
        #expect(bench.error(of: late)?.name == .superseded && bench.error(of: late)?.hint?.contains("begin") == true)
        bench.signInAtProvider("bob")
        let later = bench.call(again)
        #expect(bench.error(of: later)?.name == .superseded)
    }

    @Test func aCodeOfTheDeviceKindIsNotCompleted() {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        let id = complete(&bench)
        #expect(bench.error(of: id)?.details.first?.value == .string("attempt"))
        #expect(bench.record.pendingSignIn != nil)
    }

    @Test(arguments: [AuthorityFailure.refusedClient, .outage])
    func codesThatAreNotGivenHoldItUpNowhere(failure: AuthorityFailure) {
        var bench = MachineBench.withProvider()
        for _ in 0..<30 {
            bench.call(.beginSignIn(BeginSignIn(.device)))
            bench.endBeginning(.failure(failure))
            bench.move(.seconds(1))
        }
        let refused = bench.call(.beginSignIn(BeginSignIn(.device)))
        #expect(bench.error(of: refused)?.name == .authorityUnavailable && bench.begun.isEmpty)
        bench.beginBrowser()
        _ = complete(&bench)
        #expect(bench.machine.signIns.step != nil)
        // Nor what is obtained elsewhere.
        var other = MachineBench.withProvider()
        other.call(.beginSignIn(BeginSignIn()))
        other.endBeginning(.failure(failure))
        other.call(.authenticate(.token(.standard)))
        #expect(other.machine.authentication != nil)
    }

    @Test func anAddressThatCannotBeMadeHoldsUpNoCodes() {
        var bench = MachineBench.withProvider()
        bench.call(.beginSignIn(BeginSignIn(.browser)))
        bench.endBeginning(.failure(.outage))
        let refused = bench.call(.beginSignIn(BeginSignIn(.browser)))
        #expect(bench.error(of: refused)?.name == .authorityUnavailable)
        bench.beginDevice(BeginSignIn(.device))
        #expect(bench.record.pendingSignIn?.method == .device)
    }

    @Test func anOutageLeavesItToBeCompletedAgain() {
        var bench = MachineBench.withProvider()
        bench.beginBrowser()
        let id = complete(&bench)
        bench.endStep(.failure(.outage))
        #expect(bench.error(of: id)?.name == .authorityUnavailable && bench.record.pendingSignIn != nil)
        _ = complete(&bench)
        #expect(bench.machine.signIns.step != nil)
    }

    @Test func aCodeThatIsRefusedFailsIt() {
        var bench = MachineBench.withProvider()
        bench.beginBrowser()
        let id = complete(&bench)
        bench.endStep(.failure(AuthorityFailure(.rejected, "no", status: 400)))
        #expect(bench.error(of: id)?.name == .authorityRejected && bench.record.pendingSignIn == nil)
    }

    @Test func whoeverWaitsForItMayLeave() {
        var bench = MachineBench.withProvider()
        bench.beginBrowser()
        let id = complete(&bench)
        bench.handle(.abandon(id, deadlinePassed: false))
        bench.grant()
        bench.endStep(.identity(CustomerIdentity(subject: "s")))
        #expect(bench.answer(to: id) == nil && bench.phase == .signedIn)
    }

    @Test func onlookersDoNotSeeWhereItCouldBeCompletedFrom() throws {
        var bench = MachineBench.withProvider()
        bench.beginBrowser()
        let pending = try #require(bench.record.pendingSignIn)
        #expect(pending.request(isForItsApp: true, at: bench.now).authorizationURL != nil)
        #expect(pending.request(isForItsApp: true, at: bench.now).redirectURI == MachineBench.redirectURI)
        let shown = pending.request(isForItsApp: false, at: bench.now)
        #expect(shown.authorizationURL == nil && shown.redirectURI == nil)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let url: String
        let answer: AuthorizationAnswer
        var redirectURI = MachineBench.redirectURI
        var announcesIssuer = false
        var testDescription: String { url }
    }

    static let base = MachineBench.redirectURI
    static let notSent = AuthorizationAnswer.unusable("is not of the redirect URI that was asked for")

    @Test(arguments: [
        Case(url: "\(base)?code=a%2Fb+c&state=the-state", answer: .code(Secret("a/b c"))),
        Case(url: "\(base)?state=the-state&error=access_denied&error_description=x", answer: .denied),
        Case(url: "\(base)?state=the-state&error=x&code=c", answer: .failed),
        Case(url: "\(base)?state=the-state", answer: .unusable("has neither a code nor an error")),
        Case(url: "\(base)?state=the-state&code=", answer: .unusable("has neither a code nor an error")),
        Case(url: "\(base)?code=c", answer: .unusable("has another state than was sent")),
        Case(url: "\(base)?code=c&state=x", answer: .unusable("has another state than was sent")),
        Case(url: "\(base)?code=c&state=the-state&state=the-state", answer: .unusable("names a parameter twice")),
        Case(url: "\(base)?code=c&code=d&state=the-state", answer: .unusable("names a parameter twice")),
        Case(url: "\(base)?code=%zz&state=the-state", answer: .unusable("has a query that cannot be read")),
        Case(url: "\(base)?code=c&state=the-state#x", answer: .unusable("has a fragment")),
        Case(url: base, answer: .unusable("has no query")),
        Case(url: "\(base)/?code=c&state=the-state", answer: notSent),
        Case(url: "https://evil.example/?code=c&state=the-state", answer: notSent),
        Case(url: "\(base)?code=c&state=the-state&iss=https://p.example", answer: .code(Secret("c"))),
        Case(url: "\(base)?code=c&state=the-state&iss=https://evil.example", answer: .unusable("is of another issuer")),
        Case(
            url: "\(base)?error=access_denied&state=the-state&iss=https://evil.example",
            answer: .unusable("is of another issuer")),
        Case(
            url: "\(base)?code=c&state=the-state",
            answer: .unusable("names no issuer, which this authority's answers do"), announcesIssuer: true),
        Case(
            url: "\(base)?a=1&code=c&state=the-state", answer: .code(Secret("c")), redirectURI: "\(base)?a=1"),
        Case(url: "\(base)?code=c&state=the-state", answer: notSent, redirectURI: "\(base)?a=1"),
    ])
    func anAddressIsJudgedByTheRequest(sample: Case) {
        var request = MachineBench.browserRequest
        (request.redirectURI, request.announcesIssuer) = (sample.redirectURI, sample.announcesIssuer)
        #expect(AuthorizationAnswer(Secret(sample.url), to: request) == sample.answer)
    }
}
