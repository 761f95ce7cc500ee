// SPDX-License-Identifier: Apache-2.0

import DeviceSession
package import SessionMachine
import SessionProtocol
import SessiondPrimitives

/// A clock that moves when the test moves it.
package final class VirtualClock: SessionClock {
    private struct Sleeper {
        var id: Int
        var until: Duration
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var boottime: Duration
        var sleepers: [Sleeper] = []
        var lastID = 0
    }

    private let state: Watched<State>
    private let wallAtBoot: Int64

    /// A clock so long after the boot, and what the wall clock showed at the boot, in seconds since 1970.
    init(boottime: Duration = .seconds(1000), wallAtBoot: Int64 = 1_795_409_000) {
        state = Watched(State(boottime: boottime))
        self.wallAtBoot = wallAtBoot
    }

    /// How many waits have begun so far.
    var sleepsBegun: Int { state.change { $0.lastID } }

    package func now() -> Moment {
        let boottime = state.change { $0.boottime }
        return Moment(boottime: boottime, wall: Timestamp(secondsSince1970: wallAtBoot + boottime.wholeSeconds))
    }

    package func sleep(until boottime: Duration) async throws {
        let id = state.change { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isDue = state.change { state in
                    if state.boottime >= boottime || Task.isCancelled { return true }
                    state.sleepers.append(Sleeper(id: id, until: boottime, continuation: continuation))
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            wake { $0.id == id }.forEach { $0.resume(throwing: CancellationError()) }
        }
        try Task.checkCancellation()
    }

    /// Moves the clock and wakes whoever has slept long enough.
    func advance(by duration: Duration) {
        let now = state.change { state in
            state.boottime += duration
            return state.boottime
        }
        wake { $0.until <= now }.forEach { $0.resume() }
    }

    private func wake(_ isMeant: (Sleeper) -> Bool) -> [CheckedContinuation<Void, any Error>] {
        state.change { state in
            let woken = state.sleepers.filter(isMeant)
            state.sleepers.removeAll(where: isMeant)
            return woken.map(\.continuation)
        }
    }
}
