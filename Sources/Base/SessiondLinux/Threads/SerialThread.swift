// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc

/// A thread that runs what it is given, one after the other, in the order in which it was given.
///
/// Actors that must not block the cooperative pool (one syncs files, one hashes passwords) run on one; and what is
/// handed over by ``run(_:)`` keeps its order, which unstructured tasks do not promise. A thread lasts as long as the
/// program.
package final class SerialThread: SerialExecutor {
    fileprivate enum Work: Sendable {
        case job(UnownedJob, UnownedSerialExecutor)
        case closure(@Sendable () -> Void)
    }

    private let mailbox = Mailbox<Work>()
    private let thread: pthread_t

    /// Starts a thread of a name of at most 15 bytes.
    package init(name: String) {
        var created = pthread_t()
        let context = Unmanaged.passRetained(Context(name: name, mailbox: mailbox)).toOpaque()
        let error = pthread_create(&created, nil, runSerialThread, context)
        precondition(error == 0, "pthread_create: error \(error)")
        thread = created
    }

    /// Runs a closure behind all that was handed over before.
    package func run(_ closure: @escaping @Sendable () -> Void) { mailbox.post(.closure(closure)) }

    /// Runs a job of the actor that this is the executor of.
    package func enqueue(_ job: consuming ExecutorJob) {
        mailbox.post(.job(UnownedJob(job), asUnownedSerialExecutor()))
    }

    /// This, as an actor names it.
    package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    /// Whether the caller runs on this thread.
    package func isIsolatingCurrentContext() -> Bool? { pthread_equal(thread, pthread_self()) != 0 }

    /// Stops the program where the caller does not run on this thread.
    package func checkIsolated() { precondition(isIsolatingCurrentContext() == true, "called from another thread") }

    fileprivate final class Context: Sendable {
        let name: String
        let mailbox: Mailbox<Work>

        init(name: String, mailbox: Mailbox<Work>) { (self.name, self.mailbox) = (name, mailbox) }

        func loop() {
            clinux_set_thread_name(name)
            while true {
                for work in mailbox.waitForAll() { perform(work) }
            }
        }

        private func perform(_ work: Work) {
            switch work {
            case .closure(let closure): closure()
            case .job(let job, let executor): job.runSynchronously(on: executor)
            }
        }
    }
}

private func runSerialThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    Unmanaged<SerialThread.Context>.fromOpaque(context).takeRetainedValue().loop()
    return nil
}
