// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A value behind one mutex, with a condition that is signalled after every change.
///
/// Built on pthread_mutex(3): `Synchronization.Mutex` has no condition and draws false reports from the thread sanitizer.
// @unchecked: `value` is only touched while `mutex` is held.
final class HTTPMonitor<Value>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var value: Value

    init(_ value: Value) {
        self.value = value
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Reads or changes the value, and wakes who waits for it.
    func withLock<Result>(_ change: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        defer { pthread_cond_broadcast(condition) }
        return change(&value)
    }

    /// Blocks until the value is as asked.
    func wait(until isReady: (Value) -> Bool) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isReady(value) { pthread_cond_wait(condition, mutex) }
    }
}
