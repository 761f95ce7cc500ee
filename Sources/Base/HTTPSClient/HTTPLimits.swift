// SPDX-License-Identifier: Apache-2.0

/// What a peer may make this client hold.
enum HTTPLimits {
    /// Bytes of an answer's body.
    static let bodyBytes = 1 << 20
    /// Bytes of all headers of one exchange, interim answers and the proxy's included.
    static let headerBytes = 64 << 10
    /// Connections that are kept for the next request.
    static let cachedConnections = 2
    /// How long a connection, and with it the thread, waits for the next request.
    static let idleTime = Duration.seconds(30)
    /// After how long without traffic a connection is probed, and how long between the probes.
    static let keepAliveSeconds = 60
}
