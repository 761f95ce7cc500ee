// SPDX-License-Identifier: Apache-2.0

import Glibc

// @unchecked: `elements` is only touched while `mutex` is held. A pthread mutex and not Synchronization's, on which
// the thread sanitizer reports races that are none.
/// A queue from many threads to one.
public final class Mailbox<Element: Sendable>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var elements: [Element] = []

    /// An empty mailbox.
    public init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Puts an element behind those that are there; says whether there were none.
    @discardableResult
    public func post(_ element: Element) -> Bool {
        pthread_mutex_lock(mutex)
        let wasEmpty = elements.isEmpty
        elements.append(element)
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
        return wasEmpty
    }

    /// Takes all that is there, in order.
    public func takeAll() -> [Element] {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return take()
    }

    /// Waits until something is there, and takes all of it, in order.
    public func waitForAll() -> [Element] {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while elements.isEmpty { pthread_cond_wait(condition, mutex) }
        return take()
    }

    private func take() -> [Element] {
        let taken = elements
        elements.removeAll()
        return taken
    }
}
