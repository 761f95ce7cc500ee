// SPDX-License-Identifier: Apache-2.0

import Glibc

extension EventLoop {
    /// Writes answers that came outside of a wake-up of this connection.
    func send(_ bytes: [UInt8], to connection: Connection<Service.Context>) {
        output = bytes
        write(bytes, to: connection)
        settle(connection)
    }

    func write(_ bytes: [UInt8], to connection: Connection<Service.Context>) {
        output.removeAll(keepingCapacity: true)
        guard !bytes.isEmpty, connection.phase != .closed else { return }
        guard connection.unsent.isEmpty else {
            connection.unsent += bytes
            return checkUnsent(connection)
        }
        let written = connection.take(bytes)
        if written < 0, errno != EAGAIN, errno != EINTR { return close(connection) }
        if written < bytes.count {
            connection.unsent = Array(bytes[max(written, 0)...])
            checkUnsent(connection)
        }
    }

    func flush(_ connection: Connection<Service.Context>) {
        let written = connection.take(connection.unsent)
        if written < 0, errno != EAGAIN, errno != EINTR { return close(connection) }
        if written == connection.unsent.count {
            connection.unsent = []
        } else if written > 0 {
            connection.unsent.removeFirst(written)
        }
    }

    func checkUnsent(_ connection: Connection<Service.Context>) {
        if connection.unsent.count > limits.unsentBytes { close(connection) }
    }
}
