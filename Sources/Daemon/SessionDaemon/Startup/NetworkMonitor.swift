// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc
import SessiondLinux

/// Notices that the network has changed, netlink(7), or that the machine has slept.
struct NetworkMonitor: Sendable {
    /// How often it is looked whether the machine has slept: nothing tells of that by itself.
    private static let sleepCheckMilliseconds: Int32 = 15_000
    /// Changes come in bursts: the first is told at once, the rest together, so long after.
    private static let quiet = Duration.milliseconds(Int64(quietMilliseconds))
    private static let quietMilliseconds: Int32 = 1_000

    /// Starts to watch, on a thread of its own, for as long as the program runs.
    static func start(_ changed: @escaping @Sendable () -> Void) {
        SerialThread(name: "network").run { watch(changed) }
    }

    private static func watch(_ changed: () -> Void) {
        // Without the socket (a sandbox may forbid it) sleep is still noticed.
        var poll = [pollfd(fd: clinux_network_changes(), events: Int16(POLLIN), revents: 0)]
        var asleep = timeAsleep()
        var toldAt = Duration.zero
        var isUntold = false
        while true {
            let count = Glibc.poll(&poll, 1, isUntold ? quietMilliseconds : sleepCheckMilliseconds)
            if count > 0, !drain(poll[0].fd) { poll[0].fd = -1 }
            isUntold = isUntold || count > 0
            let (slept, now) = (timeAsleep(), read(CLOCK_BOOTTIME))
            if (isUntold && now - toldAt >= quiet) || slept - asleep > quiet {
                changed()
                (toldAt, isUntold) = (now, false)
            }
            asleep = slept
        }
    }

    /// Reads all that has come; whether more can.
    private static func drain(_ descriptor: Int32) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            // ENOBUFS: some were lost, which is a change as well.
            if count < 0 { return errno == EAGAIN || errno == EINTR || errno == ENOBUFS }
            if count == 0 { return false }
        }
    }

    // What CLOCK_MONOTONIC does not count.
    private static func timeAsleep() -> Duration { read(CLOCK_BOOTTIME) - read(CLOCK_MONOTONIC) }

    private static func read(_ clock: clockid_t) -> Duration {
        var time = timespec()
        clock_gettime(clock, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
