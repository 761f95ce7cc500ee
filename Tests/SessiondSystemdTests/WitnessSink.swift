// SPDX-License-Identifier: Apache-2.0

import SessiondPrimitives

@testable import SessiondSystemd

/// Tells what it wrote when nobody holds it any more.
final class WitnessSink: LogSink {
    private let written = Monitor([String]())
    private let released: Monitor<[String]?>

    init(_ released: Monitor<[String]?>) {
        self.released = released
    }

    deinit {
        let messages = written.withLock { $0 }
        released.withLock { $0 = messages }
    }

    func write(_ entry: LogEntry) {
        written.withLock { $0.append(entry.message) }
    }
}
