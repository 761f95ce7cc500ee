// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct SignInTests {
    @Test func isAnsweredOnceThereIsACode() throws {
        var bench = MachineBench.withProvider()
        let id = bench.call(.beginSignIn(BeginSignIn()))
        #expect(bench.begun.count == 1 && bench.answer(to: id) == nil && bench.changes.isEmpty)
        bench.endBeginning(.success(MachineBench.deviceOffer))
        #expect(bench.answer(to: id) == .signInRequest(joined: false) && bench.durability == .required)
        let pending = try #require(bench.record.pendingSignIn)
        #expect(
            bench.changes == [.signInPending(attempt: pending.attempt, .device, expiresInSeconds: 600)])
        let answer = try bench.machine.response(to: .signInRequest(joined: false), durable: true, at: bench.now).get()
        let request = try #require(answer as? SignInRequestAnswer).request
        #expect(request.userCode == Secret("WDJB-MJHT") && request.expiresInSeconds == 600)
        #expect(bench.status.pendingSignIn?.attempt == pending.attempt && bench.record.generation == 7)
    }

    @Test func fiveAppsHaveOneCode() {
        var bench = MachineBench.withProvider()
        let first = bench.call(.beginSignIn(BeginSignIn()))
        let second = bench.call(.beginSignIn(BeginSignIn()))
        #expect(bench.begun.isEmpty)
        bench.endBeginning(.success(MachineBench.deviceOffer))
        #expect(bench.answer(to: first) == .signInRequest(joined: false))
        #expect(bench.answer(to: second) == .signInRequest(joined: true))
        let third = bench.call(.beginSignIn(BeginSignIn(.device)))
        #expect(bench.answer(to: third) == .signInRequest(joined: true) && bench.begun.isEmpty)
    }

    @Test func anotherWayIsBusyUnlessItReplaces() throws {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        let attempt = try #require(bench.record.pendingSignIn?.attempt)
        let refused = bench.call(.beginSignIn(BeginSignIn(.browser)))
        #expect(bench.error(of: refused)?.name == .busy)
        let id = bench.call(.beginSignIn(BeginSignIn(.browser, replace: true)))
        #expect(bench.changes == [.signInEnded(attempt: attempt, .superseded, because: nil)])
        bench.endBeginning(.success(MachineBench.browserOffer))
        #expect(bench.answer(to: id) == .signInRequest(joined: false))
        #expect(bench.record.pendingSignIn?.method == .browser)
    }

    @Test func isRefusedWhereItMakesNoSense() {
        var bench = MachineBench.withProvider()
        let elsewhere = bench.call(.beginSignIn(BeginSignIn(.browser, redirectURI: "https://evil.example/")))
        #expect(bench.error(of: elsewhere)?.name == .invalidParams)
        let useless = bench.call(.beginSignIn(BeginSignIn(.device, redirectURI: MachineBench.redirectURI)))
        #expect(bench.error(of: useless)?.name == .invalidParams)
        bench.signInAtProvider()
        let late = bench.call(.beginSignIn(BeginSignIn()))
        #expect(bench.error(of: late)?.name == .alreadySignedIn)
        var local = MachineBench()
        let nowhere = local.call(.beginSignIn(BeginSignIn()))
        #expect(local.error(of: nowhere)?.name == .unsupported)
    }

    @Test func thoseThatComeToNothingAreLimited() throws {
        var bench = MachineBench.withProvider()
        for _ in 0..<5 {
            bench.beginDevice()
            bench.call(.cancelSignIn(CancelSignIn()))
            bench.move(.seconds(1))
        }
        let sixth = bench.call(.beginSignIn(BeginSignIn()))
        let refused = try #require(bench.error(of: sixth))
        #expect(refused.name == .limitExceeded && refused.retryAfterSeconds == 55)
        for _ in 0..<15 {
            bench.move(.seconds(60))
            bench.beginDevice()
            bench.call(.cancelSignIn(CancelSignIn()))
        }
        bench.move(.seconds(60))
        let last = bench.call(.beginSignIn(BeginSignIn()))
        let later = try #require(bench.error(of: last))
        #expect(later.name == .limitExceeded && (later.retryAfterSeconds ?? 0) > 60)
    }

    @Test func thoseThatAreGivenUpBeforeTheyBeginAreLimited() throws {
        for giveUp in [SessionCall.cancelSignIn(CancelSignIn()), .signOut(SignOut(), byAdministrator: false)] {
            var bench = MachineBench.withProvider()
            for _ in 0..<5 {
                bench.call(.beginSignIn(BeginSignIn()))
                #expect(bench.begun.count == 1)
                bench.call(giveUp)
            }
            let sixth = bench.call(.beginSignIn(BeginSignIn()))
            #expect(bench.error(of: sixth)?.name == .limitExceeded && bench.begun.isEmpty)
        }
    }

    @Test func thoseThatTheAuthorityRefusesOrThatCannotBeStoredAreLimited() throws {
        var refused = MachineBench.withProvider()
        var unstored = MachineBench.withProvider()
        for _ in 0..<5 {
            refused.call(.beginSignIn(BeginSignIn()))
            refused.endBeginning(.failure(.rejection))
            unstored.call(.beginSignIn(BeginSignIn()))
            let begun = SessionInput.signInBegun(
                unstored.machine.signIns.beginning?.id ?? 0, .success(MachineBench.deviceOffer))
            var turn = Turn(now: unstored.now)
            unstored.machine.refuse(begun, SessionError(.storeFailed, "full"), &turn)
        }
        for var bench in [refused, unstored] {
            let sixth = bench.call(.beginSignIn(BeginSignIn()))
            #expect(bench.error(of: sixth)?.name == .limitExceeded && bench.begun.isEmpty)
        }
    }

    @Test func nobodyIsKeptWaitingByWhatAnotherHasBegun() throws {
        var bench = MachineBench.withProvider()
        for _ in 0..<5 {
            bench.beginDevice(by: .page)
            bench.call(.cancelSignIn(CancelSignIn(), by: .page))
        }
        let sixth = bench.call(.beginSignIn(BeginSignIn(), by: .page))
        #expect(bench.error(of: sixth)?.name == .limitExceeded)
        for other in [
            Initiator.app, Initiator(user: 1000, origin: "https://other.example"),
            Initiator(user: 1001, origin: Initiator.page.origin),
        ] {
            bench.beginDevice(by: other)
            #expect(bench.record.pendingSignIn?.initiator == other)
            bench.call(.cancelSignIn(CancelSignIn()))
        }
        // Joining costs nothing, and whoever has joined answers for nothing.
        bench.beginDevice()
        let joined = bench.call(.beginSignIn(BeginSignIn(), by: .page))
        #expect(bench.answer(to: joined) == .signInRequest(joined: true))
    }

    @Test func aPageGivesUpWhatPagesOfItsOriginHaveBegunAlone() throws {
        let page = Initiator.page
        for initiator in [Initiator.app, Initiator(user: 1001, origin: page.origin)] {
            var bench = MachineBench.withProvider()
            // While it is only beginning, and then.
            bench.call(.beginSignIn(BeginSignIn(), by: initiator))
            for _ in 0..<2 {
                let attempt = bench.record.pendingSignIn?.attempt
                for request in [CancelSignIn(), CancelSignIn(attempt: attempt)] {
                    let cancel = bench.call(.cancelSignIn(request, by: page))
                    #expect(bench.answer(to: cancel) == .cancelledSignIn(false) && bench.changes.isEmpty)
                }
                if attempt == nil { bench.endBeginning(.success(MachineBench.deviceOffer)) }
            }
            #expect(bench.record.pendingSignIn?.initiator == initiator)
            // An app may, whoever has begun it: the device has one.
            bench.restart()
            let id = bench.call(.cancelSignIn(CancelSignIn()))
            #expect(bench.answer(to: id) == .cancelledSignIn(true))
        }
        var bench = MachineBench.withProvider()
        bench.beginDevice(by: page)
        // The next process knows whose it is, too.
        bench.restart()
        let id = bench.call(.cancelSignIn(CancelSignIn(), by: page))
        #expect(bench.answer(to: id) == .cancelledSignIn(true))
    }

    @Test func aPageReplacesWhatPagesHaveBegunAndNoApps() throws {
        let (page, other) = (Initiator.page, Initiator(user: 1000, origin: "https://other.example"))
        var bench = MachineBench.withProvider()
        bench.call(.beginSignIn(BeginSignIn()))
        for _ in 0..<2 {
            let id = bench.call(.beginSignIn(BeginSignIn(.device, replace: true), by: page))
            let busy = try #require(bench.error(of: id))
            #expect(busy.name == .busy && busy.hint == "wait until it has ended" && bench.begun.isEmpty)
            if bench.record.pendingSignIn == nil { bench.endBeginning(.success(MachineBench.deviceOffer)) }
        }
        #expect(bench.record.pendingSignIn?.initiator == .app)
        bench.call(.cancelSignIn(CancelSignIn()))
        bench.beginDevice(by: page)
        let busy = bench.call(.beginSignIn(BeginSignIn(.browser), by: other))
        #expect(bench.error(of: busy)?.hint == "wait, or begin with replace")
        // Each counts for who has replaced it, so that nobody uses up another's, nor two by turns the authority.
        for (place, initiator) in [other, page, other, page, other, page, other, page, other, page].enumerated() {
            bench.call(.beginSignIn(BeginSignIn(replace: true), by: initiator))
            #expect(bench.begun.count == (place < 8 ? 1 : 0), "\(place)")
            if place.isMultiple(of: 2) { bench.endBeginning(.success(MachineBench.deviceOffer)) }
        }
        bench.call(.beginSignIn(BeginSignIn(replace: true)))
        #expect(bench.begun.count == 1)
    }

    @Test func whatCannotBeReplacedGoesOn() throws {
        var limited = MachineBench.withProvider()
        for _ in 0..<4 {
            limited.beginDevice()
            limited.call(.cancelSignIn(CancelSignIn()))
        }
        limited.beginDevice()
        var paused = MachineBench.withProvider()
        paused.beginDevice()
        _ = paused.nextStep()
        paused.endStep(.failure(AuthorityFailure(.unavailable, "busy", retryAfter: .seconds(90), status: 429)))
        var forbidden = MachineBench.withProvider()
        forbidden.beginDevice()
        for (var bench, request, name) in [
            (limited, BeginSignIn(replace: true), ErrorName.limitExceeded),
            (paused, BeginSignIn(replace: true), .authorityUnavailable),
            (forbidden, BeginSignIn(redirectURI: "https://evil.example/", replace: true), .invalidParams),
        ] {
            let pending = try #require(bench.record.pendingSignIn)
            let id = bench.call(.beginSignIn(request))
            #expect(bench.error(of: id)?.name == name && bench.begun.isEmpty && bench.changes.isEmpty)
            #expect(bench.record.pendingSignIn == pending)
        }
        // The one that is replaced counts for another.
        let id = limited.call(.beginSignIn(BeginSignIn(replace: true), by: .page))
        #expect(limited.error(of: id)?.name == .busy)
        limited.call(.beginSignIn(BeginSignIn(replace: true), by: Initiator(user: 1001)))
        #expect(limited.begun.count == 1)
    }

    @Test func whoeverAsksWhileItIsBeginningIsServedByWhatItBecomes() throws {
        for (offer, wish, isServed) in [
            (MachineBench.deviceOffer, BeginSignIn(.device), true),
            (MachineBench.browserOffer, BeginSignIn(.device), false),
            (MachineBench.browserOffer, BeginSignIn(.browser), true),
            (MachineBench.browserOffer, BeginSignIn(redirectURI: MachineBench.redirectURI), true),
            (MachineBench.deviceOffer, BeginSignIn(.browser), false),
        ] {
            var bench = MachineBench.withProvider()
            bench.call(.beginSignIn(BeginSignIn()))
            let id = bench.call(.beginSignIn(wish))
            #expect(bench.answer(to: id) == nil)
            bench.endBeginning(.success(offer))
            if isServed {
                #expect(bench.answer(to: id) == .signInRequest(joined: true))
            } else {
                #expect(bench.error(of: id)?.name == .busy)
            }
        }
        var bench = MachineBench.withProvider()
        bench.call(.beginSignIn(BeginSignIn(redirectURI: MachineBench.redirectURI)))
        let id = bench.call(.beginSignIn(BeginSignIn(.device)))
        #expect(bench.error(of: id)?.name == .busy)
    }

    @Test func hintsNameWhatTheirReaderMayDo() throws {
        var bench = MachineBench.withProvider()
        bench.beginDevice(by: .page)
        let page = bench.call(.beginSignIn(BeginSignIn(.browser), by: .page))
        #expect(bench.error(of: page)?.hint?.contains("the same method and redirectURI") == true)
        let app = bench.call(.beginSignIn(BeginSignIn(.browser)))
        #expect(bench.error(of: app)?.hint?.contains("neither method nor redirectURI") == true)
    }

    @Test func aFailureIsToldToEverybodyAndPausesTheNext() {
        var bench = MachineBench.withProvider()
        let first = bench.call(.beginSignIn(BeginSignIn()))
        let second = bench.call(.beginSignIn(BeginSignIn()))
        bench.endBeginning(.failure(.outage))
        #expect([first, second].allSatisfy { bench.error(of: $0)?.name == .authorityUnavailable })
        #expect(bench.record.pendingSignIn == nil)
        let third = bench.call(.beginSignIn(BeginSignIn()))
        #expect(bench.error(of: third)?.name == .authorityUnavailable && bench.begun.isEmpty)
    }

    @Test func anAddressForABrowserSaysNothingOfTheAuthority() {
        var bench = MachineBench.withProvider()
        bench.call(.beginSignIn(BeginSignIn()))
        bench.endBeginning(.failure(.outage))
        bench.pass(.seconds(60))
        let (before, pauses) = (bench.status.authority, bench.machine.pauses)
        #expect(!before.reachable && before.lastError == "authorityUnavailable")
        bench.call(.beginSignIn(BeginSignIn(.browser)))
        bench.endBeginning(.success(MachineBench.browserOffer))
        #expect(bench.record.pendingSignIn != nil)
        // Nobody was asked for it: what was so before is so still.
        let after = bench.status.authority
        #expect(!after.reachable && after.lastError == before.lastError)
        #expect(after.lastAnsweredAt == before.lastAnsweredAt && bench.machine.pauses == pauses)
    }

    @Test func aCodeThatCannotBeStoredIsShownToNobody() {
        var bench = MachineBench.withProvider()
        let id = bench.call(.beginSignIn(BeginSignIn()))
        let begun = SessionInput.signInBegun(
            bench.machine.signIns.beginning?.id ?? 0, .success(MachineBench.deviceOffer))
        var turn = Turn(now: bench.now)
        bench.machine.refuse(begun, SessionError(.storeFailed, "full"), &turn)
        bench.effects = turn.effects
        #expect(bench.error(of: id)?.name == .storeFailed && bench.record.pendingSignIn == nil)
        #expect(bench.machine.signIns.beginning == nil)
    }
}
