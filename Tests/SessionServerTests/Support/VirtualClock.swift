// SPDX-License-Identifier: Apache-2.0

import Foundation
import SessionCore
import SessionProtocol

/// A clock that goes only when a test says so.
actor VirtualClock: SessionClock {
    private typealias Sleeper = (id: UUID, until: Duration, continuation: CheckedContinuation<Void, Never>)

    private struct State {
        var boottime = Duration.seconds(1000)
        var sleepers: [Sleeper] = []
    }

    private let state = Watched(State())

    nonisolated func now() -> Moment {
        let boottime = state.change { $0.boottime }
        return Moment(boottime: boottime, wall: Timestamp(secondsSince1970: 1_795_409_000 + boottime.wholeSeconds))
    }

    nonisolated func advance(by duration: Duration) {
        let now = state.change { state in
            state.boottime += duration
            return state.boottime
        }
        wake { $0.until <= now }
    }

    func sleep(until boottime: Duration) async throws {
        let id = UUID()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.change { state in
                    if state.boottime >= boottime || Task.isCancelled { return true }
                    state.sleepers.append((id, boottime, continuation))
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            wake { $0.id == id }
        }
        try Task.checkCancellation()
    }

    private nonisolated func wake(where isMeant: (Sleeper) -> Bool) {
        let woken = state.change { state in
            let woken = state.sleepers.filter(isMeant)
            state.sleepers.removeAll(where: isMeant)
            return woken
        }
        for sleeper in woken { sleeper.continuation.resume() }
    }
}
