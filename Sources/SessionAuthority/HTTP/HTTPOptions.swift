// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// What holds for every request of a client.
public struct HTTPOptions: Sendable, Equatable {
    /// Where the requests go.
    public let base: HTTPEndpoint
    /// The path of certificates in PEM form that are trusted instead of the system's; `nil`: the system's.
    public var caFile: String?
    /// The only proxy that is ever used, and for https only: to plain http on this device nobody listens in. `nil`: none,
    /// whatever the environment says.
    public var proxy: HTTPEndpoint?
    /// For requests that say nothing else.
    public var timeouts = HTTPTimeouts()

    /// The name of the shared library; another one in tests.
    var library = "libcurl.so.4"
    /// How long connections are kept.
    var idleTime = HTTPLimits.idleTime
    /// `User-Agent`.
    let userAgent = "sessiond/\(Product.version) (Linux)"

    /// Options for requests to one endpoint.
    ///
    /// - Throws: `insecureEndpoint`: http to another device.
    public init(base: HTTPEndpoint) throws(HTTPFailure) {
        guard base.isConfidential else { throw HTTPFailure(.insecureEndpoint, at: base.description) }
        self.base = base
    }

    /// The proxy of the requests.
    var usedProxy: HTTPEndpoint? { base.scheme == .https ? proxy : nil }
}
