// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import Locking

@Suite(.timeLimit(.minutes(10))) struct DetachedThreadTests {
    @Test func leavesSignalsToTheMainThreadAndTakesItsOwnFaults() {
        let blocked = Monitor<Set<Int32>?>(nil)
        // Of the pool's threads many signals are kept away already; these do nothing where they are not handled.
        let others: Set = [SIGWINCH, SIGURG]
        var (harmless, before) = (sigset_t(), sigset_t())
        sigemptyset(&harmless)
        for signal in others { sigaddset(&harmless, signal) }
        pthread_sigmask(SIG_UNBLOCK, &harmless, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        #expect(DetachedThread.start(name: "signals") { blocked.withLock { $0 = Self.blockedSignals() } } == 0)
        blocked.wait { $0 != nil }
        #expect(blocked.withLock { $0 }?.isSuperset(of: others) == true)
        // What the caller blocks is blocked there too.
        let faults: Set = [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT]
        #expect(blocked.withLock { $0 }?.intersection(faults) == Self.blockedSignals().intersection(faults))
    }

    @Test func leavesTheSignalsOfTheCallerAsTheyWere() {
        let before = Self.blockedSignals()
        #expect(DetachedThread.start(name: "nothing") {} == 0)
        #expect(Self.blockedSignals() == before)
    }

    private static func blockedSignals() -> Set<Int32> {
        var signals = sigset_t()
        pthread_sigmask(SIG_SETMASK, nil, &signals)
        return Set((1...31).filter { sigismember(&signals, $0) == 1 })
    }
}
