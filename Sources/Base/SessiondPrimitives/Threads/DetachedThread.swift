// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc

/// Starts threads that nobody joins and that no signal interrupts.
package enum DetachedThread {
    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Runs the body on a thread of its own, whose name has at most 15 bytes; 0, or an error number of pthread_create(3).
    package static func start(name: String, run: @escaping @Sendable () -> Void) -> CInt {
        let body = Unmanaged.passRetained(Body(name: name, run: run))
        var previous = sigset_t()
        var blocked = blockedSignals()
        // Not only in addition: the threads that start others, libdispatch's among them, block SIGABRT.
        pthread_sigmask(SIG_SETMASK, &blocked, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }

        let error = create(body.toOpaque())
        if error != 0 { body.release() }
        return error
    }

    private static func create(_ argument: UnsafeMutableRawPointer) -> CInt {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        return pthread_create(&thread, &attributes, { DetachedThread.enter($0) }, argument)
    }

    private static func enter(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
        _ = clinux_set_thread_name(body.name)
        body.run()
        return nil
    }

    /// What a new thread inherits as its mask.
    ///
    /// So SIGTERM reaches the thread that handles it, even if the others block it only later, and SIGPIPE of a closed
    /// stderr, or of OpenSSL, which writes to connections that the peer has closed, does not end the process. An app's
    /// signals are for the app's threads. Faults stay unblocked: the kernel would kill past every handler, and without a
    /// backtrace.
    private static func blockedSignals() -> sigset_t {
        var signals = sigset_t()
        sigfillset(&signals)
        for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS, SIGABRT] {
            sigdelset(&signals, fault)
        }
        return signals
    }
}
