// SPDX-License-Identifier: Apache-2.0

package import Glibc

/// A value behind one mutex, with a condition that is signalled after every change.
///
/// Built on pthread_mutex(3) and pthread_cond(3): `Synchronization.Mutex` has no condition and draws false reports from
/// the thread sanitizer.
// @unchecked: `value` is only touched while `mutex` is held.
package final class Monitor<Value>: @unchecked Sendable {
    @usableFromInline let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    @usableFromInline let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    @usableFromInline let value: UnsafeMutablePointer<Value>

    /// A monitor of a value.
    package init(_ initial: Value) {
        value = .allocate(capacity: 1)
        value.initialize(to: initial)
        mutex.initialize(to: pthread_mutex_t())
        condition.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        // The default, CLOCK_REALTIME, would make a bounded wait follow the wall clock's jumps.
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        value.deinitialize(count: 1)
        value.deallocate()
        condition.deallocate()
        mutex.deallocate()
    }

    /// Reads or changes the value, and wakes who waits for it; the body must neither wait nor come back here.
    @inlinable package func withLock<Result, Failure: Error>(
        _ change: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        // Costs no system call while nobody waits.
        defer { pthread_cond_broadcast(condition) }
        return try change(&value.pointee)
    }

    /// Waits until the value is as asked, then changes it.
    package func withLock<Result>(when isReady: (Value) -> Bool, _ change: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        defer { pthread_cond_broadcast(condition) }
        // The value is accessed before and after each wait, never across it: other threads change it meanwhile.
        while !isReady(value.pointee) { pthread_cond_wait(condition, mutex) }
        return change(&value.pointee)
    }

    /// Waits until the value is as asked.
    package func wait(until isReady: (Value) -> Bool) { withLock(when: isReady) { _ in } }

    /// Waits until the value is as asked or an instant of CLOCK_MONOTONIC has come; whether it is as asked.
    package func wait(until deadline: timespec, for isReady: (Value) -> Bool) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        var time = deadline
        while !isReady(value.pointee) {
            if pthread_cond_timedwait(condition, mutex, &time) == ETIMEDOUT { return isReady(value.pointee) }
        }
        return true
    }
}
