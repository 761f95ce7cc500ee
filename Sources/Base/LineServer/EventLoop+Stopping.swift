// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc

extension EventLoop {
    func takeSignals() {
        // Taken out, or the descriptor stays readable and the loop spins until it has stopped.
        var signal = clinux_signal()
        while clinux_signalfd_read(poller.signals, &signal) {
            if signal.number == SIGHUP {
                service.hangUp(pid: signal.pid, uid: signal.uid)
            } else {
                stop()
            }
        }
    }

    /// Stops: no new connections, no new requests; what is under way is answered, within a bound.
    func stop() {
        guard agenda.stopsAt == nil else { return }
        agenda.stopsAt = now + LineLimits.gracefulStop
        service.beginStop()
        for listener in entrance.listeners {
            poller.ignore(listener.socket)
        }
        for case let connection? in peers.all { touch(connection) }
    }

    /// Lets nothing more arrive once nothing is under way: a peer's next request fails where it is sent, rather than
    /// getting lost. What has arrived by then is read to its end, and refused by name.
    func cutOff(_ connection: Connection) {
        guard connection.phase == .open, !connection.input.hasEnded, connection.inFlight == 0 else { return }
        connection.phase = .cutOff
        shutdown(connection.socket, Int32(SHUT_RD))
    }
}
