// SPDX-License-Identifier: Apache-2.0

import Logging
import SessiondPrimitives

@testable import SessiondSystemd

/// A sink that holds the writing thread until the test lets it go on.
final class GateSink: LogSink {
    struct State {
        var isOpen: Bool
        var written: [LogEntry] = []
    }

    private let state: Monitor<State>

    init(isOpen: Bool) {
        state = Monitor(State(isOpen: isOpen))
    }

    func write(_ entry: LogEntry) {
        state.withLock(when: { $0.isOpen }, { $0.written.append(entry) })
    }

    func open() {
        state.withLock { $0.isOpen = true }
    }

    var written: [LogEntry] { state.withLock { $0.written } }
    var messages: [String] { written.map(\.message) }
}
