// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// When an authority is asked about itself, and what its answer takes back (docs/authorities.md, A5, V5).
@Suite(.timeLimit(.minutes(10))) struct PreparationTests {
    private static let traits = {
        var traits = AuthorityTraits.provider()
        traits.needsPreparation = true
        return traits
    }()
    private static let otherIssuer = AuthorityFailure(.misconfigured, "another issuer", about: .metadata)
    private static let noEndpoint = AuthorityFailure(.misconfigured, "it is nowhere", about: .endpoints)

    /// A device that asks its authority about itself.
    private static func asking() -> MachineBench {
        var bench = MachineBench(traits: traits)
        bench.handle(.tick)
        return bench
    }

    @Test func isAskedAtAStartAndAReload() throws {
        var bench = Self.asking()
        let first = try #require(bench.prepared)
        bench.handle(.preparationEnded(first, .failure(.outage)))
        #expect(bench.status.authority.reachable == false)
        let next = bench.machine.nextPreparation.map { bench.now.wallClock(at: $0) }
        #expect(next != nil && bench.status.authority.nextAttemptAt == next)
        bench.pass(.seconds(2))
        let second = try #require(bench.prepared)
        bench.handle(.preparationEnded(second, .success(nil)))
        #expect(bench.status.authority.reachable && bench.machine.nextPreparation == nil)
        bench.handle(.reconfigured(bench.machine.policy, Self.traits))
        #expect(bench.prepared != nil)
    }

    @Test func takesBackNothingThatWasRefused() throws {
        var bench = Self.asking()
        let first = try #require(bench.prepared)
        // The client is refused while the document is read, which was begun before.
        bench.call(.beginSignIn(BeginSignIn()))
        bench.endBeginning(.failure(.refusedClient))
        bench.handle(.preparationEnded(first, .success(nil)))
        #expect(bench.status.authority.lastError == "misconfigured 401" && bench.status.authority.reachable)
        // What is wrong with the document itself is over when that is right.
        bench.handle(.reconfigured(bench.machine.policy, Self.traits))
        #expect(bench.status.authority.lastError == nil)
        try bench.endPreparation(.failure(Self.otherIssuer))
        #expect(bench.status.authority.lastError == "misconfigured")
        bench.pass(.seconds(60))
        try bench.endPreparation(.success(nil))
        #expect(bench.status.authority.lastError == nil)
    }

    @Test(arguments: ["https://p.example kiosk", "https://other.example kiosk"])
    func anAnswerFromBeforeAReloadIsNotTheOneThatIsWaitedFor(origin: String) throws {
        var other = Self.traits
        other.binding = Binding(kind: "provider", origin: origin)
        for late: Result<Timestamp?, AuthorityFailure> in [
            .success(nil), .failure(Self.otherIssuer), .failure(.outage),
        ] {
            var bench = Self.asking()
            let first = try #require(bench.prepared)
            bench.handle(.reconfigured(bench.machine.policy, other))
            let second = try #require(bench.prepared)
            bench.handle(.preparationEnded(first, late))
            #expect(bench.machine.preparation == .running(second) && bench.machine.standing == AuthorityStanding())
            bench.handle(.preparationEnded(second, .success(nil)))
            #expect(bench.machine.preparation == .done && bench.status.authority.lastAnsweredAt != nil)
        }
    }

    @Test func whatWasSaidToTheSettingsBeforeIsNotKept() throws {
        var bench = Self.asking()
        let first = try #require(bench.prepared)
        bench.handle(.metadataLearned(first, .string("first")))
        #expect(bench.record.authorityMetadata == .string("first") && bench.durability == .bestEffort)
        bench.handle(.reconfigured(bench.machine.policy, Self.traits))
        let second = try #require(bench.prepared)
        bench.handle(.metadataLearned(first, .string("late")))
        #expect(bench.record.authorityMetadata == .string("first"))
        bench.handle(.metadataLearned(second, .string("second")))
        #expect(bench.record.authorityMetadata == .string("second"))
    }

    @Test(arguments: [otherIssuer, noEndpoint])
    func whatACallFindsWrongWithItIsAskedAboutByItself(failure: AuthorityFailure) throws {
        var bench = Self.asking()
        let first = try #require(bench.prepared)
        bench.handle(.preparationEnded(first, .success(nil)))
        bench.call(.beginSignIn(BeginSignIn()))
        bench.endBeginning(.failure(failure))
        #expect(bench.status.authority.lastError == "misconfigured" && bench.prepared == nil)
        bench.pass(.seconds(1))
        try bench.endPreparation(.success(nil))
        #expect(bench.status.authority.lastError == nil && bench.machine.nextPreparation == nil)
    }

    @Test(arguments: [otherIssuer, noEndpoint])
    func nobodyWaitsForATokenOnceItHasComeRight(failure: AuthorityFailure) throws {
        var bench = MachineBench(in: .signedIn, traits: Self.traits)
        bench.handle(.tick)
        try bench.endPreparation(.success(nil))
        bench.call(.refreshToken)
        bench.endFlight(.client, .failure(failure))
        #expect(bench.machine.pauses.askable(.token(.client)) > bench.now.boottime + .seconds(600))
        bench.pass(.seconds(60))
        try bench.endPreparation(.success(nil))
        #expect(bench.machine.pauses.askable(.token(.client)) <= bench.now.boottime)
    }
}

extension MachineBench {
    /// The authority has said of itself what it was asked last, or has not.
    fileprivate mutating func endPreparation(_ result: Result<Timestamp?, AuthorityFailure>) throws {
        var asked: UInt64?
        if case .running(let id) = machine.preparation { asked = id }
        handle(.preparationEnded(try #require(asked), result))
    }
}
