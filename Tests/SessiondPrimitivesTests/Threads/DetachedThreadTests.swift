// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import SessiondPrimitives

@Suite(.timeLimit(.minutes(10))) struct DetachedThreadTests {
    @Test func leavesSignalsToTheMainThreadAndFaultsToItself() {
        let blocked = Monitor<Set<Int32>?>(nil)
        #expect(DetachedThread.start(name: "signals") { blocked.withLock { $0 = Self.blockedSignals() } } == 0)
        blocked.wait { $0 != nil }
        #expect(blocked.withLock { $0 }?.isSuperset(of: [SIGTERM, SIGHUP, SIGINT, SIGCHLD]) == true)
        #expect(blocked.withLock { $0 }?.isDisjoint(with: [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT]) == true)
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
