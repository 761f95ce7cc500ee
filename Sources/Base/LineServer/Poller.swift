// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc

/// The descriptors by which the kernel wakes a loop: epoll(7), signalfd(2).
struct Poller {
    private let epollOwner: OwnedDescriptor
    private let signalsOwner: OwnedDescriptor

    /// Blocks SIGTERM, SIGINT and SIGHUP in the calling thread: they are read from ``signals``.
    ///
    /// - Throws: ``ServerError``: the kernel gives no descriptors.
    init() throws(ServerError) {
        epollOwner = try OwnedDescriptor(clinux_epoll_create(), from: "epoll_create1")
        signalsOwner = try OwnedDescriptor(clinux_signalfd([SIGTERM, SIGINT, SIGHUP], 3), from: "signalfd")
    }

    var epoll: Int32 { epollOwner.number }
    var signals: Int32 { signalsOwner.number }

    /// Has the kernel report a descriptor that is no connection's.
    func watch(_ descriptor: Int32) {
        let token = UInt64(UInt32(bitPattern: descriptor))
        clinux_epoll_control(epoll, CLINUX_EPOLL_ADD, descriptor, CLINUX_EPOLLIN, token)
    }

    /// Has the kernel report it no longer.
    func ignore(_ descriptor: Int32) { clinux_epoll_control(epoll, CLINUX_EPOLL_DELETE, descriptor, 0, 0) }
}
