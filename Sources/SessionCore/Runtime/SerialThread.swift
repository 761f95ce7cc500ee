// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// A thread that runs what it is given, one after the other, in the order in which it was given.
///
/// Actors that must not block the cooperative pool (one syncs files, one hashes passwords) run on one; and what is
/// handed over by ``run(_:)`` keeps its order, which unstructured tasks do not promise.
// @unchecked: `mailbox` is only touched while `mutex` is held.
public final class SerialThread: SerialExecutor, @unchecked Sendable {
    private enum Work {
        case job(UnownedJob)
        case closure(@Sendable () -> Void)
    }

    private let name: String
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var mailbox: [Work] = []
    private var thread: pthread_t?

    /// A thread of a name of at most 15 bytes; it starts with the first piece of work.
    public init(name: String) {
        self.name = name
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    // The thread holds a reference to its owner for as long as it runs, which is for ever: nothing is freed.

    /// Runs a closure behind all that was handed over before.
    public func run(_ closure: @escaping @Sendable () -> Void) { hand(over: .closure(closure)) }

    /// Runs a job of the actor that this is the executor of.
    public func enqueue(_ job: consuming ExecutorJob) { hand(over: .job(UnownedJob(job))) }

    /// This, as an actor names it.
    public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    /// Whether the caller runs on this thread.
    public func isIsolatingCurrentContext() -> Bool? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false
    }

    /// Stops the program where the caller does not run on this thread.
    public func checkIsolated() { precondition(isIsolatingCurrentContext() == true, "not on thread \(name)") }

    private func hand(over work: Work) {
        pthread_mutex_lock(mutex)
        mailbox.append(work)
        if thread == nil { start() }
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    private func start() {
        var created = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let error = pthread_create(
            &created, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<SerialThread>.fromOpaque(context).takeRetainedValue().loop()
                return nil
            }, context)
        precondition(error == 0, "no thread could be created: error \(error)")
        thread = created
    }

    private func loop() {
        clinux_set_thread_name(name)
        while true {
            for work in takeAll() {
                switch work {
                case .job(let job): job.runSynchronously(on: asUnownedSerialExecutor())
                case .closure(let closure): closure()
                }
            }
        }
    }

    private func takeAll() -> [Work] {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while mailbox.isEmpty { pthread_cond_wait(condition, mutex) }
        let work = mailbox
        mailbox.removeAll()
        return work
    }
}
