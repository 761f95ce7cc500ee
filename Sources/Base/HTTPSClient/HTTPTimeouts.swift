// SPDX-License-Identifier: Apache-2.0

/// How long a request may take.
package struct HTTPTimeouts: Sendable, Equatable {
    /// Until name, connection and TLS are there.
    package var connecting: Duration
    /// For everything, until the last byte of the answer.
    package var total: Duration

    /// Those two, each at least a millisecond.
    package init(connecting: Duration = .seconds(10), total: Duration = .seconds(20)) {
        (self.connecting, self.total) = (connecting, total)
    }
}

extension Duration {
    /// Whole milliseconds as libcurl takes them, where 0 would mean its own default or none.
    var curlMilliseconds: Int {
        let (seconds, attoseconds) = components
        let milliseconds = Double(seconds) * 1000 + Double(attoseconds) / 1e15
        return Int(min(max(milliseconds.rounded(.up), 1), Double(Int32.max)))
    }
}
