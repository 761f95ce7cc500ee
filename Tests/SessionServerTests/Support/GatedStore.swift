// SPDX-License-Identifier: Apache-2.0

import DeviceSession

@testable import SessionMachine
@testable import TestSupport

/// A store in memory that takes its time, while its gate is shut.
final class GatedStore: SessionStore, Sendable {
    private struct State {
        var isOpen = true
        var isSaving = false
        var records: [[UInt8]] = []
    }

    private let state = Watched(State())

    var isSealed: Bool { false }

    /// What is stored now.
    var stored: [UInt8]? { state.change { $0.records.last } }

    func shut() { state.change { $0.isOpen = false } }

    func open() { state.change { $0.isOpen = true } }

    /// Waits until a save waits for the gate.
    func awaitSave() throws { try state.wait("a save") { $0.isSaving } }

    func save(_ record: [UInt8], generation: Int64, scrub: Bool) throws(StoreFailure) -> StoreFailure? {
        state.change { $0.isSaving = true }
        // In vain only where the test has failed already.
        _ = try? state.wait("the gate") { $0.isOpen }
        state.change { state in
            state.isSaving = false
            state.records.append(record)
        }
        return nil
    }

    func hold(_ record: [UInt8], generation: Int64) -> Bool { true }

    func discardUnreadable() throws(StoreFailure) {}
}
