// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// Starts the thread of a worker; nobody joins it, and no signal interrupts it.
enum HTTPThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs the body on a thread of its own; 0, or an error number of pthread_create(3).
    static func start(_ run: @escaping @Sendable () -> Void) -> CInt {
        let body = Unmanaged.passRetained(Body(run))
        // SIGPIPE above all: OpenSSL writes to connections that the peer has closed.
        var (all, previous) = (sigset_t(), sigset_t())
        sigfillset(&all)
        for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT] { sigdelset(&all, fault) }
        pthread_sigmask(SIG_BLOCK, &all, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }

        var thread = pthread_t()
        let error = pthread_create(&thread, nil, { HTTPThread.enter($0) }, body.toOpaque())
        if error == 0 { pthread_detach(thread) } else { body.release() }
        return error
    }

    private static func enter(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        _ = clinux_set_thread_name("https")
        Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
        return nil
    }
}
