// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

@testable import DeviceSession
@testable import SealedStore
@testable import SessionMachine
@testable import SessiondLinux
@testable import TestSupport

/// A session with a store, an authority and a clock that are the test's.
final class SessionHarness: Sendable {
    let log = SessionLog()
    let clock: VirtualClock
    let store: MemoryStore
    let authority: ScriptedAuthority
    let session: DeviceSession
    /// The keys that an authority was asked for with.
    let keys = Watched([Secret?]())
    /// The API keys in place of the configured one that an authority was asked for with.
    let replacedKeys = Watched([ReplacedKey?]())
    private let bootID: String
    private let state = Watched(SessionState?.none)
    private let lastCall = Watched(CallID(0))

    init(
        authority: ScriptedAuthority = ScriptedAuthority(), clock: VirtualClock = VirtualClock(),
        bootID: String = "boot", policy: SessionPolicy = SessionPolicy()
    ) {
        let (log, keys, replacedKeys, state) = (log, keys, replacedKeys, state)
        (self.clock, self.bootID) = (clock, bootID)
        let store = MemoryStore(log: log)
        self.store = store
        self.authority = authority
        let observer = DeviceSession.Observer(
            publish: { published in
                state.change { $0 = published }
                if case .available(let snapshot) = published {
                    log.append(.published(generation: snapshot.record.generation, snapshot.store.state))
                } else {
                    log.append(.locked)
                }
            },
            announce: { log.append(.announced($0.change, generation: $0.generation)) },
            storeChanged: { log.append($0 == nil ? .storeWorks : .storeFailing) },
            signOutEnded: { log.append(.signOutEnded($0)) })
        session = DeviceSession(
            DeviceSession.Surroundings(
                makeAuthority: { stored in
                    keys.change { $0.append(stored.signingKey) }
                    replacedKeys.change { $0.append(stored.replacedKey) }
                    return authority
                },
                store: store, reopen: { store.reopened }, clock: clock, bootID: bootID, policy: policy,
                observer: observer))
    }

    /// The session as it was published last.
    var snapshot: SessionSnapshot? {
        state.change { if case .available(let snapshot) = $0 { snapshot } else { nil } }
    }

    var record: SessionRecord? { snapshot?.record }

    /// What is stored, as a session reads it.
    var storedRecord: SessionRecord? { store.stored.flatMap(record) }

    /// What was held last, as a session reads it.
    var heldRecord: SessionRecord? { store.held.last.flatMap(record) }

    private func record(_ bytes: [UInt8]) -> SessionRecord? {
        try? SessionRecord(stored: bytes, in: SessionRecord.Boot(id: bootID, now: clock.now()))
    }

    /// Submits a call whose answer goes to the log.
    @discardableResult
    func submit(_ call: SessionCall) -> CallID {
        let (id, log) = (nextID(), log)
        session.submit(id, call) { log.append(.answered(id, $0.failure?.name)) }
        return id
    }

    /// Calls and waits for the answer.
    @discardableResult
    func call(_ call: SessionCall) async -> Result<any SessionResponse, SessionError> {
        let (id, log) = (nextID(), log)
        return await withCheckedContinuation { continuation in
            session.submit(id, call) {
                log.append(.answered(id, $0.failure?.name))
                continuation.resume(returning: $0)
            }
        }
    }

    /// Goes on with another configuration; whether the session ended for it.
    func reconfigure(_ configuration: DeviceSession.Configuration, dryRun: Bool = false) async -> Bool {
        await withCheckedContinuation { continuation in
            session.reconfigure(configuration, dryRun: dryRun) { continuation.resume(returning: $0) }
        }
    }

    /// Waits until all that was submitted has been taken.
    func settle() async {
        await withCheckedContinuation { continuation in session.whenIdle { continuation.resume() } }
    }

    /// A new installation with its first anonymous token.
    static func started(_ authority: ScriptedAuthority = ScriptedAuthority()) async -> SessionHarness {
        let harness = SessionHarness(authority: authority)
        harness.session.begin(with: .new(generation: 1))
        await harness.settle()
        harness.clock.advance(by: .seconds(1))
        await authority.grantNext()
        await harness.log.wait(for: .announced(.tokenRefreshed, generation: 1))
        await harness.settle()
        harness.log.clear()
        return harness
    }

    /// The same, with somebody signed in: generation 2.
    static func signedIn(_ authority: ScriptedAuthority = ScriptedAuthority()) async -> SessionHarness {
        let harness = await started(authority)
        async let answer = harness.call(.authenticate(.passwordOf(MachineBench.aliceMail)))
        await authority.grantNext()
        _ = await answer
        await harness.settle()
        harness.log.clear()
        return harness
    }

    private func nextID() -> CallID {
        lastCall.change { id in
            id += 1
            return id
        }
    }
}
