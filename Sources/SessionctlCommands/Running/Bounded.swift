// SPDX-License-Identifier: Apache-2.0

import Locking

/// What may hang: a name service, a file server.
enum Bounded {
    /// Runs a closure on a thread of its own and waits for it so long; `nil`: it has not come back, and is left to itself.
    static func run<Value: Sendable>(within limit: Duration, _ body: @escaping @Sendable () -> Value) -> Value? {
        let result = Monitor<Value?>(nil)
        let deadline = MonotonicInstant.now.advanced(by: limit).timespec
        let error = DetachedThread.start(name: "bounded") {
            let value = body()
            result.withLock { $0 = value }
        }
        guard error == 0, result.wait(until: deadline, for: { $0 != nil }) else { return nil }
        return result.withLock { $0 }
    }
}
