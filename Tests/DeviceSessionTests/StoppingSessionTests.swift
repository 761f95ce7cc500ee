// SPDX-License-Identifier: Apache-2.0

import Dispatch
import SessionProtocol
import SessiondPrimitives
import Testing

@testable import DeviceSession
@testable import SealedStore
@testable import SessionMachine
@testable import SessiondLinux
@testable import TestSupport

/// What a session that is about to stop leaves behind.
@Suite(.timeLimit(.minutes(10))) struct StoppingSessionTests {
    private static let patience = Duration.seconds(300)

    // As the daemon does, on a thread of its own: the session may need those that everybody shares.
    private func stop(_ harness: SessionHarness, within limit: Duration = patience) async {
        let session = harness.session
        await withCheckedContinuation { stopped in
            let error = DetachedThread.start(name: "stop") {
                session.prepareToStop(within: limit)
                stopped.resume()
            }
            #expect(error == 0)
        }
    }

    @Test func theLastTouchIsStored() async {
        let harness = await SessionHarness.signedIn()
        harness.clock.advance(by: .seconds(5))
        harness.session.touch {}
        await harness.settle()
        let now = harness.clock.now().boottime
        #expect(harness.storedRecord?.presence?.activeAt == now - .seconds(5))
        await stop(harness)
        #expect(harness.storedRecord?.presence?.activeAt == now)
    }

    @Test func whatCouldNotBeStoredIsTriedOnceMore() async {
        let harness = await SessionHarness.signedIn()
        harness.store.set { $0.failure = .full }
        _ = await harness.call(.signOut(SignOut(), byAdministrator: false))
        #expect(harness.storedRecord?.client != nil && harness.heldRecord?.client == nil)
        harness.store.set { $0.failure = nil }
        await stop(harness)
        #expect(harness.storedRecord != nil && harness.storedRecord?.client == nil)
    }

    @Test func aDiskThatHangsHoldsNoStopUp() async {
        let harness = await SessionHarness.signedIn()
        let gate = DispatchSemaphore(value: 0)
        harness.session.whenIdle { gate.wait() }
        await stop(harness, within: .milliseconds(1))
        gate.signal()
        await harness.settle()
    }

    @Test func aLockedSessionStoresNothing() async {
        let harness = SessionHarness()
        harness.session.begin(with: .locked(SessionError(.storeLocked, "locked"), generation: 1))
        await stop(harness)
        #expect(harness.store.stored == nil)
    }
}
