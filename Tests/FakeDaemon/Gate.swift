// SPDX-License-Identifier: Apache-2.0

import Dispatch

/// Holds a script back until a test lets it go on.
public final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    /// A closed gate.
    public init() {}

    /// Waits until it is open, on a thread that may wait.
    public func wait() {
        semaphore.wait()
        semaphore.signal()
    }

    /// Lets everybody pass from now on.
    public func open() { semaphore.signal() }
}
