// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// When there is another UUID, and which (docs/behaviour.md, U5, U6, U7, U8, U9).
@Suite(.timeLimit(.minutes(10))) struct CustomerUUIDTests {
    typealias Credentials = AuthenticationAttempt.Credentials

    @Test(arguments: [Operation.regenerate, .regenerateWithIdentifier, .destroy, .signOutWithDestroy])
    func regeneratingAndDestroyingGiveAnotherUUID(operation: Operation) {
        var bench = MachineBench(in: .anonymous)
        let before = bench.record.uuid
        bench.call(operation.call)
        #expect(bench.record.uuid != before)
    }

    @Test func simpleAuthenticationBringsOnesOwnUUID() {
        var bench = MachineBench(in: .anonymous)
        bench.authenticate(.simpleFor("a", uuid: Credentials.givenUUID, authID: "a"))
        #expect(bench.record.uuid == Credentials.givenUUID)
        #expect(bench.record.uuidOrigin == .injected && bench.record.authID == "a")
    }

    @Test func aTokenObtainedElsewhereBringsItsUUID() {
        var bench = MachineBench(in: .signedIn)
        bench.call(Operation.signOut.call)
        bench.authenticate(.tokenOf(authID: "Z"))
        #expect(bench.record.uuid == Credentials.givenUUID && bench.record.authID == "Z")
    }

    @Test(arguments: [
        Credentials.passwordOf("x@y", authID: " Eve@Shop "), .google(authID: "eve@shop"),
        .simpleFor("x", authID: "EVE@SHOP"),
    ])
    func anAuthIDLeadsToItsUUIDAndKeepsItTheNextTime(credentials: Credentials) {
        var bench = MachineBench(in: .anonymous)
        bench.authenticate(credentials)
        let derived = Identifier.uuid(of: "eve@shop", salt: "salt")
        #expect(bench.record.uuid == derived && bench.record.uuidOrigin == .derived)
        #expect(bench.record.authID == "eve@shop")
        bench.call(Operation.signOut.call)
        bench.authenticate(credentials)
        #expect(bench.record.uuid == derived)
        #expect(bench.changes == [.signedIn(credentials.expectedOrigin)])
    }

    @Test func theSameAuthIDKeepsAUUIDThatWasInjected() {
        var bench = MachineBench(in: .anonymous)
        bench.authenticate(.simpleFor("a", uuid: Credentials.givenUUID, authID: "Eve@shop"))
        bench.call(Operation.signOut.call)
        bench.authenticate(.passwordOf("x@y", authID: "eve@shop"))
        #expect(bench.record.uuid == Credentials.givenUUID && bench.record.uuidOrigin == .injected)
    }

    @Test func anAuthIDThatTheUUIDWasRegeneratedWithKeepsIt() {
        var bench = MachineBench(in: .anonymous)
        bench.call(.regenerate(RegenerateUUID(clientIdentifier: "Eve@Shop")))
        let uuid = bench.record.uuid
        bench.authenticate(.google(authID: "eve@shop "))
        #expect(bench.record.uuid == uuid)
        #expect(bench.changes == [.signedIn(.google)])
    }

    @Test func theSameIdentifierGivesTheSameUUIDAgain() {
        var bench = MachineBench(in: .anonymous)
        bench.call(.regenerate(RegenerateUUID(clientIdentifier: "Eve@Shop")))
        let (uuid, generation) = (bench.record.uuid, bench.record.generation)
        bench.call(.regenerate(RegenerateUUID()))
        #expect(bench.record.uuid != uuid && bench.record.authID == nil)
        bench.call(.regenerate(RegenerateUUID(clientIdentifier: "\teve@SHOP")))
        #expect(bench.record.uuid == uuid && bench.record.generation == generation + 2)
    }

    @Test(arguments: [
        (Credentials.passwordOf("alice@example.com"), Credentials.passwordOf(" Alice@EXAMPLE.com"), true),
        (.passwordOf("alice@example.com"), .passwordOf("bob@example.com"), false),
        (.passwordOf("alice@example.com"), .google(), false),
        (.google(), .google(), false),
        (.google(), .passwordOf("alice@example.com"), false),
        (.passwordOf("a@b", authID: "a"), .passwordOf("a@b"), false),
        (.passwordOf("a@b", authID: "A@B"), .passwordOf("a@b"), true),
        (.simpleFor("a", authID: "alice@example.com"), .passwordOf("alice@example.com"), true),
        (.tokenOf(customID: "7"), .passwordOf("7"), true),
        (.tokenOf(), .passwordOf("7"), false),
    ])
    func row9AnotherAccountThanTheLastOneGetsAnotherUUID(first: Credentials, second: Credentials, same: Bool) {
        var bench = MachineBench(in: .anonymous)
        bench.authenticate(first)
        let before = bench.record.uuid
        bench.call(Operation.signOut.call)
        #expect(bench.record.uuid == before, "signing out keeps the UUID")
        bench.authenticate(second)
        #expect((bench.record.uuid == before) == same)
        #expect(bench.changes.contains(.uuidChanged(.authentication)) == !same)
    }

    @Test func whoSignsInAgainAfterTheEndOfTheirSessionIsTheSameCustomer() {
        var bench = MachineBench(in: .expired)
        let before = bench.record
        bench.authenticate(.passwordOf(MachineBench.aliceMail))
        #expect(bench.phase == .signedIn && bench.record.endedBecause == nil)
        #expect(bench.record.uuid == before.uuid && bench.record.customEmail == before.customEmail)
        #expect(bench.record.anonymous == before.anonymous)
        bench.call(Operation.signOut.call)
        #expect(bench.phase == .anonymous)
    }

    @Test(arguments: [Operation.regenerate, .destroy])
    func afterANewUUIDNobodyIsKnown(operation: Operation) {
        var bench = MachineBench(in: .expired)
        bench.call(operation.call)
        let uuid = bench.record.uuid
        #expect(bench.record.lastAccount == nil)
        bench.authenticate(.google())
        #expect(bench.record.uuid == uuid)
    }

    @Test(
        arguments: [
            Credentials.passwordOf("bob@x"), .passwordOf(MachineBench.aliceMail), .passwordOf("bob@x", authID: "alice"),
            .passwordOf("bob@x", authID: "b"), .google(), .google(authID: "b"), .tokenOf(), .tokenOf(authID: "alice"),
            .simpleFor("a", authID: "alice"), .simpleFor("a", uuid: Credentials.givenUUID, authID: "alice"),
        ], [StartingState.none, .anonymous, .simple, .expired])
    func whatIsForetoldIsCommitted(credentials: Credentials, state: StartingState) {
        var bench = MachineBench(in: state)
        let before = bench.machine
        let foretold = bench.machine.snapshot(at: bench.now).uuidForAuthentication(
            ownUUID: credentials.ownUUID, authID: credentials.authID, login: credentials.login)
        #expect(bench.machine == before)
        bench.authenticate(credentials)
        #expect(bench.record.uuid == foretold.uuid && bench.record.uuidOrigin == foretold.origin)
    }

    @Test(arguments: [true, false])
    func onesOwnUUIDThatIsTheCurrentOneIsNoOther(isSimple: Bool) {
        var bench = MachineBench(in: .anonymous)
        let before = bench.record
        bench.authenticate(
            isSimple ? .simpleFor("a", uuid: before.uuid, authID: "a") : .tokenOf(before.uuid))
        #expect(bench.record.uuid == before.uuid && bench.record.uuidOrigin == before.uuidOrigin)
        #expect(bench.record.customEmail == before.customEmail)
        #expect(bench.changes == [.signedIn(isSimple ? .simpleAuth : .oauth)])
        #expect(bench.record.generation == before.generation + 1)
    }

    @Test func theForetoldUUIDIsUsedUpOnce() {
        var bench = MachineBench(in: .expired)
        let first = bench.machine.snapshot(at: bench.now).candidate
        bench.authenticate(.google())
        #expect(bench.record.uuid == first)
        #expect(bench.machine.snapshot(at: bench.now).candidate != first)
    }
}
