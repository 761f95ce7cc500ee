// SPDX-License-Identifier: Apache-2.0

import Foundation
import SessiondPrimitives
import Testing

@testable import SessiondSystemd
@testable import TestSupport

/// The tests with a manager are processes of their own, because `NOTIFY_SOCKET` is per process.
@Suite(.timeLimit(.minutes(10))) struct ServiceNotifierTests {
    @Test func sendsExactlyTheAssignmentsOfEachState() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let manager = try Self.manager(in: folder)
            let notifier = ServiceNotifier()
            #expect(try notifier.ready())
            #expect(try notifier.ready(status: "Serving"))
            #expect(try notifier.status("Line\nREADY=1"))
            #expect(try notifier.watchdog())
            #expect(try notifier.stopping(status: "Bye"))
            #expect(
                manager.receiveAll() == [
                    "READY=1", "READY=1\nSTATUS=Serving", "STATUS=Line READY=1", "WATCHDOG=1",
                    "STOPPING=1\nSTATUS=Bye",
                ]
            )
        }
    }

    @Test func datesAReloadByTheMonotonicClock() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let manager = try Self.manager(in: folder)
            let before = MonotonicInstant.now.microseconds
            try ServiceNotifier().reloading()
            let text = try #require(manager.receiveAll().first)
            let start = "RELOADING=1\nMONOTONIC_USEC="
            #expect(text.hasPrefix(start))
            let microseconds = try #require(Int(text.dropFirst(start.count)))
            #expect(before...MonotonicInstant.now.microseconds ~= microseconds)
        }
    }

    @Test func doesNothingOutsideAService() async {
        await #expect(processExitsWith: .success) {
            unsetenv("NOTIFY_SOCKET")
            unsetenv("WATCHDOG_USEC")
            let notifier = ServiceNotifier()
            let sent = [try notifier.ready(status: "x"), try notifier.watchdog()]
            #expect(sent == [false, false])
            #expect(notifier.watchdogInterval() == nil)
        }
    }

    @Test func namesTheStateThatCouldNotBeSent() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            setenv("NOTIFY_SOCKET", folder.file("absent"), 1)
            #expect(throws: SystemdError.notification(state: "STOPPING", errorNumber: ENOENT)) {
                try ServiceNotifier().stopping()
            }
        }
    }

    @Test func halvesTheWatchdogTimeout() async {
        await #expect(processExitsWith: .success) {
            setenv("WATCHDOG_USEC", "3000000", 1)
            setenv("WATCHDOG_PID", String(getpid()), 1)
            #expect(ServiceNotifier().watchdogInterval() == .milliseconds(1500))
            setenv("WATCHDOG_PID", String(getppid()), 1)
            #expect(ServiceNotifier().watchdogInterval() == nil)
        }
    }

    @Test(arguments: [
        ("two\r\nlines", "two  lines"),
        ("nul\0esc\u{1B}[1m c1\u{9B}", "nul esc [1m c1 "),
        ("Zoë 日本", "Zoë 日本"),
    ])
    func makesOneLineOfAStatus(text: String, expected: String) {
        #expect(ServiceNotifier.sanitised(text) == expected)
    }

    @Test func cutsALongStatusBetweenCharacters() {
        let text = "x" + String(repeating: "é", count: 2000)
        let status = ServiceNotifier.sanitised(text)
        #expect(status.utf8.count == ServiceNotifier.maximumStatusBytes - 1)
        #expect(text.hasPrefix(status))
    }

    private static func manager(in folder: TemporaryFolder) throws -> TestSocket {
        let socket = try TestSocket(AF_UNIX, SOCK_DGRAM)
        try socket.bind(to: folder.file("n"))
        setenv("NOTIFY_SOCKET", folder.file("n"), 1)
        return socket
    }
}
