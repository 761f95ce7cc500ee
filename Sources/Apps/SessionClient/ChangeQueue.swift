// SPDX-License-Identifier: Apache-2.0

import SessiondPrimitives

/// Changes on their way from the thread that follows the session to the task that listens.
///
/// It holds a few: while it is full the thread waits, and the daemon's events with it. What becomes of those is the
/// daemon's to decide.
final class ChangeQueue: Sendable {
    static let capacity = 64

    private struct State {
        var changes: [SessionChange] = []
        var listener: CheckedContinuation<SessionChange?, Never>?
        var isEnded = false
    }

    private let state = Monitor(State())

    /// Adds a change once there is room; after the end it is dropped.
    func put(_ change: SessionChange) {
        let listener = state.withLock(
            when: { $0.changes.count < ChangeQueue.capacity || $0.isEnded },
            { state -> CheckedContinuation<SessionChange?, Never>? in
                if let listener = state.listener.take() { return listener }
                if !state.isEnded { state.changes.append(change) }
                return nil
            })
        listener?.resume(returning: change)
    }

    /// The next change; `nil` after the end, and for a task that is cancelled, which is one.
    func next() async -> SessionChange? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { listener in
                let ready: SessionChange?? = state.withLock { state in
                    // Under the lock, so that a cancellation comes either before this or finds the listener.
                    if Task.isCancelled { state.isEnded = true }
                    if state.isEnded { return .some(nil) }
                    if !state.changes.isEmpty { return state.changes.removeFirst() }
                    state.listener = listener
                    return nil
                }
                if let ready { listener.resume(returning: ready) }
            }
        } onCancel: {
            end()
        }
    }

    /// Ends it: whoever listens hears that, and nothing else from then on.
    func end() {
        let listener = state.withLock { state in
            (state.isEnded, state.changes) = (true, [])
            return state.listener.take()
        }
        listener?.resume(returning: nil)
    }
}
