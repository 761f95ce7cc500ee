// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Writes entries as lines to a descriptor, stderr unless told otherwise.
package struct StandardErrorSink: LogSink {
    private let descriptor: CInt

    /// Writes to stderr.
    package init() {
        self.init(descriptor: STDERR_FILENO)
    }

    /// Takes the descriptor; it stays the caller's.
    package init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    /// Waits while the reader of a pipe or a terminal does not read.
    package func write(_ entry: LogEntry) {
        let line = Array(LogText.line(for: entry).utf8)
        var rest = line[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || canRetry(errno) else { return }
            rest = rest.dropFirst(max(count, 0))
        }
    }

    /// Whoever shares the terminal or pipe may have made it non-blocking.
    private func canRetry(_ errorNumber: CInt) -> Bool {
        guard errorNumber == EAGAIN else { return errorNumber == EINTR }
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        let withoutTimeout: CInt = -1
        return poll(&request, 1, withoutTimeout) > 0 || errno == EINTR
    }
}
