// SPDX-License-Identifier: Apache-2.0

import CLinux

extension EventLoop {
    /// Stops: no new connections, no new requests; what is under way is answered, within a bound.
    func stop() {
        guard stopsAt == nil else { return }
        stopsAt = now + ServerLimits.gracefulStop
        service.beginStop()
        for listener in listeners { clinux_epoll_control(epoll, CLINUX_EPOLL_DELETE, listener.socket, 0, 0) }
        for case let connection? in connections {
            // What has arrived already is refused by name rather than by silence.
            readAndAnswer(connection)
            if connection.phase == .open { connection.phase = .inputEnded }
            settle(connection)
        }
    }
}
