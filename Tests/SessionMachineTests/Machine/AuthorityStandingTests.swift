// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// What is wrong with an authority, by what came of calls of all kinds (docs/authorities.md, A5).
@Suite(.timeLimit(.minutes(10))) struct AuthorityStandingTests {
    private static let now = Timestamp(secondsSince1970: 1_795_410_000)
    private static let otherIssuer = AuthorityFailure(.misconfigured, "another issuer", about: .metadata)
    private static let noEndpoint = AuthorityFailure(.misconfigured, "it is nowhere", about: .endpoints)

    private static func standing(_ calls: (AuthorityCall, AuthorityFailure?)...) -> AuthorityStanding {
        var standing = AuthorityStanding()
        for (call, failure) in calls { standing.note(call, failure, at: now) }
        return standing
    }

    @Test(arguments: AuthorityCall.allCases)
    func whatIsRefusedInOneKindOfCallIsTakenBackByThatAlone(call: AuthorityCall) {
        var standing = Self.standing((call, .refusedClient))
        for other in AuthorityCall.allCases where other != call {
            for failure in [nil, AuthorityFailure.rejection, AuthorityFailure(.unsupported, "no")] {
                standing.note(other, failure, at: Self.now)
                #expect(standing.failure == .refusedClient, "\(other)")
            }
        }
        standing.note(call, nil, at: Self.now)
        #expect(standing.failure?.meaning != .misconfigured)
    }

    @Test(arguments: AuthorityCall.allCases)
    func whatIsNotAnsweredInOneKindOfCallIsAnsweredInThatAlone(call: AuthorityCall) {
        var standing = Self.standing((call, .outage))
        for other in AuthorityCall.allCases where other != call {
            for failure in [nil, AuthorityFailure.rejection, AuthorityFailure(.unsupported, "no")] {
                standing.note(other, failure, at: Self.now)
                #expect(standing.outage?.call == call && !standing.isReachable, "\(other)")
            }
        }
        standing.note(call, .rejection, at: Self.now)
        #expect(standing.outage == nil && standing.isReachable)
    }

    @Test func anOutageIsNamedWithItsBeginningWhileItLastsAndTakesNothingBack() {
        var standing = Self.standing((.refresh, .refusedClient), (.redemption, .outage))
        let busy = AuthorityFailure(.unavailable, "busy", status: 503)
        standing.note(.redemption, busy, at: Timestamp(secondsSince1970: Self.now.secondsSince1970 + 60))
        #expect(standing.failure == busy)
        #expect(standing.outage == AuthorityOutage(call: .redemption, failure: busy, since: Self.now))
        standing.note(.redemption, nil, at: Self.now)
        #expect(standing.failure == .refusedClient && standing.isReachable)
    }

    @Test func whatTokensHangOnIsNamedFirstAndNothingElseHidesWhatAnAdministratorHasToPutRight() {
        var standing = Self.standing((.profile, .outage), (.preparation, .outage), (.refresh, .outage))
        #expect(standing.outage?.call == .refresh)
        standing.note(.refresh, .refusedClient, at: Self.now)
        #expect(standing.outage?.call == .preparation && standing.failure == .refusedClient && !standing.isReachable)
        standing.note(.refresh, nil, at: Self.now)
        standing.note(.preparation, nil, at: Self.now)
        #expect(standing.outage?.call == .profile && standing.failure == .outage)
    }

    @Test func whatItCouldNotBeAskedForItWasNotAskedFor() {
        let unread = AuthorityFailure(.unavailable, "nobody there", about: .metadata)
        var standing = Self.standing((.refresh, unread))
        #expect(standing.outage?.call == .preparation)
        standing.note(.preparation, nil, at: Self.now)
        #expect(standing.isReachable)
    }

    @Test func whatOnlyAnAdministratorCanPutRightIsNamedFirst() {
        var standing = Self.standing((.refresh, .refusedClient), (.login, .rejection))
        #expect(standing.failure == .refusedClient)
        standing.note(.beginning, Self.noEndpoint, at: Self.now)
        #expect(standing.failure == Self.noEndpoint)
        standing.note(.preparation, nil, at: Self.now)
        #expect(standing.failure == .refusedClient)
        standing.note(.refresh, nil, at: Self.now)
        #expect(standing.failure == .rejection)
        standing.note(.login, nil, at: Self.now)
        #expect(standing.failure == nil && standing.isReachable)
    }

    @Test func aNoToACustomerShowsThatTheClientMayAskAndNoMore() {
        #expect(Self.standing((.redemption, .refusedClient), (.redemption, .rejection)).failure == nil)
        let unusable = Self.standing((.identification, .unusable), (.identification, .rejection))
        #expect(unusable.failure == .unusable)
        #expect(Self.standing((.login, .rejection)).failure == .rejection)
    }

    @Test(arguments: [AuthorityCall.login, .refresh, .redemption])
    func aClientThatIsGivenTokensIsKnownWhereTheyAreGiven(call: AuthorityCall) {
        let unknown = AuthorityFailure(.misconfigured, "invalid_client", status: 401, about: .client)
        for other in AuthorityCall.allCases where other != call {
            let isThere = [.login, .refresh, .redemption].contains(other)
            #expect(Self.standing((call, unknown), (other, nil)).failure == (isThere ? nil : unknown), "\(other)")
            #expect(Self.standing((other, unknown), (call, nil)).failure == (isThere ? nil : unknown), "\(other)")
            // What it may not ask for is another matter.
            #expect(Self.standing((other, .refusedClient), (call, nil)).failure == .refusedClient, "\(other)")
            for failure in [AuthorityFailure.rejection, .refusedClient] {
                #expect(Self.standing((other, unknown), (call, failure)).failure?.meaning == .misconfigured)
            }
        }
    }

    @Test func whatItSaysOfItselfIsTakenBackByWhateverItIsAskedOnceThatCanBeUsed() {
        #expect(Self.standing((.refresh, Self.otherIssuer)).failure == Self.otherIssuer)
        for answer in [nil, AuthorityFailure.rejection] {
            #expect(Self.standing((.preparation, Self.otherIssuer), (.refresh, answer)).failure == nil)
        }
        #expect(Self.standing((.preparation, Self.otherIssuer), (.refresh, .outage)).failure == .outage)
    }

    @Test func whatItDoesNotSayIsTakenBackOnceItSaysIt() {
        var standing = Self.standing((.beginning, Self.noEndpoint), (.refresh, nil), (.beginning, nil))
        #expect(standing.failure == Self.noEndpoint)
        standing.note(.preparation, nil, at: Self.now)
        #expect(standing.failure == nil)
    }
}
