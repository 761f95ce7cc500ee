// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import Foundation
import SessionMachine
import SessionProtocol

@testable import TestSupport

/// An authority that grants everything, while its gate is open.
actor GatedAuthority: Authority {
    /// What no log may show.
    static let tokenText = "canary-token"

    private struct State {
        var isOpen: Bool
        var waiting: [(id: UUID, continuation: CheckedContinuation<Void, Never>)] = []
    }

    nonisolated let traits = AuthorityTraits.onDevice(Binding(kind: "test"))
    nonisolated let publicKey: JSONValue? = nil
    nonisolated let signingKey: Secret? = nil
    private let state: Watched<State>
    private var count = 0

    init(isOpen: Bool) { state = Watched(State(isOpen: isOpen)) }

    nonisolated func open() {
        state.change { $0.isOpen = true }
        wake { _ in true }
    }

    nonisolated func shut() { state.change { $0.isOpen = false } }

    func logInAnonymously(uuid: CustomerUUID) async throws(AuthorityFailure) -> IssuedToken {
        try await token(.anonymous)
    }

    func refresh(_ token: Token) async throws(AuthorityFailure) -> IssuedToken {
        try await self.token(token.issued.origin)
    }

    func authenticate(_ attempt: AuthenticationAttempt) async throws(AuthorityFailure) -> AuthenticationDecision {
        .token(try await token(.synerise))
    }

    private func token(_ origin: TokenOrigin) async throws(AuthorityFailure) -> IssuedToken {
        await passGate()
        if Task.isCancelled { throw AuthorityFailure(.unavailable, "cancelled") }
        count += 1
        return IssuedToken(
            secret: Secret("\(GatedAuthority.tokenText)-\(count)"), origin: origin,
            expiresAt: Timestamp(secondsSince1970: 1_795_420_000), lifetime: .seconds(3600))
    }

    private func passGate() async {
        let id = UUID()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let passes = state.change { state in
                    if state.isOpen || Task.isCancelled { return true }
                    state.waiting.append((id, continuation))
                    return false
                }
                if passes { continuation.resume() }
            }
        } onCancel: {
            wake { $0 == id }
        }
    }

    private nonisolated func wake(where isMeant: (UUID) -> Bool) {
        let woken = state.change { state in
            let woken = state.waiting.filter { isMeant($0.id) }
            state.waiting.removeAll { isMeant($0.id) }
            return woken
        }
        for sleeper in woken { sleeper.continuation.resume() }
    }
}

/// A store that forgets.
final class NoStore: SessionStore, Sendable {
    var isSealed: Bool { false }
    func save(_ record: [UInt8], generation: Int64, scrub: Bool) throws(StoreFailure) -> StoreFailure? { nil }
    func hold(_ record: [UInt8], generation: Int64) -> Bool { true }
    func discardUnreadable() throws(StoreFailure) {}
}
