// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

@testable import DeviceSession
@testable import SealedStore
@testable import SessionMachine
@testable import SessiondLinux
@testable import TestSupport

/// What a session did, in the order in which it did it.
final class SessionLog: Sendable {
    enum Entry: Equatable, Sendable {
        case saved(generation: Int64, scrub: Bool)
        case notSaved
        case discarded
        case published(generation: Int64, StoreCondition)
        case locked
        case announced(SessionChange, generation: Int64)
        case storeFailing
        case storeWorks
        case signOutEnded(SignOutFate)
        case answered(CallID, ErrorName?)
    }

    private typealias Waiter = (isMet: @Sendable ([Entry]) -> Bool, continuation: CheckedContinuation<Void, Never>)

    private let state = Watched((entries: [Entry](), waiters: [Waiter]()))

    var entries: [Entry] { state.change { $0.entries } }

    func append(_ entry: Entry) {
        let met = state.change { state in
            state.entries.append(entry)
            let entries = state.entries
            let met = state.waiters.filter { $0.isMet(entries) }
            state.waiters.removeAll { $0.isMet(entries) }
            return met
        }
        for waiter in met { waiter.continuation.resume() }
    }

    /// Waits until an entry was made, counted from the last ``clear()``.
    func wait(for entry: Entry) async { await wait { $0.contains(entry) } }

    func wait(until isMet: @escaping @Sendable ([Entry]) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isMetAlready = state.change { state in
                if isMet(state.entries) { return true }
                state.waiters.append((isMet, continuation))
                return false
            }
            if isMetAlready { continuation.resume() }
        }
    }

    /// Forgets what happened.
    func clear() { state.change { $0.entries = [] } }

    /// The changes that were announced.
    var changes: [SessionChange] {
        entries.compactMap { if case .announced(let change, _) = $0 { change } else { nil } }
    }
}
