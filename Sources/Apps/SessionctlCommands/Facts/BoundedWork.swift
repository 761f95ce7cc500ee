// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessiondPrimitives

/// Work that may hang, such as a question to a name or file server: on a thread of its own, left to itself when its time
/// is up.
struct BoundedWork<Value: Sendable>: Sendable {
    private let result = Monitor<Value?>(nil)
    private let deadline: timespec
    private let isUnderWay: Bool

    /// Begins it; its time is counted from now.
    init(within limit: Duration, _ body: @escaping @Sendable () -> Value) {
        deadline = MonotonicInstant.now.advanced(by: limit).timespec
        let result = result
        let error = DetachedThread.start(name: "bounded") {
            let value = body()
            result.withLock { $0 = value }
        }
        isUnderWay = error == 0
    }

    /// Waits for what it comes to; `nil`: its time is up.
    func value() -> Value? {
        guard isUnderWay, result.wait(until: deadline, for: { $0 != nil }) else { return nil }
        return result.withLock { $0 }
    }
}
