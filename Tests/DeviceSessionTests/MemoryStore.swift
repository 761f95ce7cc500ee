// SPDX-License-Identifier: Apache-2.0

@testable import DeviceSession
@testable import SealedStore
@testable import SessionMachine
@testable import SessiondLinux
@testable import TestSupport

/// A store that keeps everything and can fail.
final class MemoryStore: SessionStore, Sendable {
    struct State {
        var records: [[UInt8]] = []
        var failure: StoreFailure?
        var leftover: StoreFailure?
        var discardFailure: StoreFailure?
        var isSealed = false
        /// Records that were to be held, and whether they are.
        var held: [[UInt8]] = []
        var holds = true
        /// What is found where the store is opened again.
        var reopened = SessionOrigin.locked(LockedSessionTests.otherKey, generation: 0)
    }

    private let state = Watched(State())
    private let log: SessionLog

    init(log: SessionLog) { self.log = log }

    /// What is stored now; `nil`: nothing.
    var stored: [UInt8]? { state.change { $0.records.last } }

    var isSealed: Bool { state.change { $0.isSealed } }

    /// The records that were held so far.
    var held: [[UInt8]] { state.change { $0.held } }

    /// Opens it again.
    var reopened: SessionOrigin { state.change { $0.reopened } }

    func set(_ change: (inout State) -> Void) { state.change(change) }

    func save(_ record: [UInt8], generation: Int64, scrub: Bool) throws(StoreFailure) -> StoreFailure? {
        let (failure, leftover) = state.change { state in
            if state.failure == nil { state.records.append(record) }
            return (state.failure, scrub ? state.leftover : nil)
        }
        if let failure {
            log.append(.notSaved)
            throw failure
        }
        log.append(.saved(generation: generation, scrub: scrub))
        return leftover
    }

    func hold(_ record: [UInt8], generation: Int64) -> Bool {
        state.change { state in
            state.held.append(record)
            return state.holds
        }
    }

    func discardUnreadable() throws(StoreFailure) {
        if let failure = state.change({ $0.discardFailure }) { throw failure }
        log.append(.discarded)
    }
}

extension StoreFailure {
    static let full = StoreFailure("cannot write /state: No space left on device", hint: "free some")
}
