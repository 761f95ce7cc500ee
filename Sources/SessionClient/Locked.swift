// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A value that is only reached under a lock.
///
/// A pthread mutex, because ThreadSanitizer does not understand `Synchronization.Mutex` and reports races that are none.
final class Locked<State>: @unchecked Sendable {  // `mutex` guards `state`.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var state: State

    init(_ state: State) {
        self.state = state
        mutex = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Hands the value to `body`, which must neither wait nor come back here.
    func withLock<Result, Failure: Error>(_ body: (inout State) throws(Failure) -> Result) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&state)
    }
}
