// SPDX-License-Identifier: Apache-2.0

/// What holds for every request of a client.
package struct HTTPOptions: Sendable, Equatable {
    /// Where the requests go.
    package let base: HTTPEndpoint
    /// The path of certificates in PEM form that are trusted instead of the system's; `nil`: the system's.
    package var caFile: String?
    /// The only proxy that is ever used, and for https only: to plain http on this device nobody listens in. `nil`: none,
    /// whatever the environment says.
    package var proxy: HTTPEndpoint?
    /// For requests that say nothing else.
    package var timeouts = HTTPTimeouts()

    /// The name of the shared library; another one in tests.
    var library = "libcurl.so.4"
    /// How long connections are kept.
    var idleTime = HTTPLimits.idleTime
    /// `User-Agent`.
    let userAgent: String

    /// Options for requests to one endpoint.
    ///
    /// - Throws: `insecureEndpoint`: http to another device.
    package init(base: HTTPEndpoint, userAgent: String) throws(HTTPFailure) {
        guard base.isConfidential else { throw HTTPFailure(.insecureEndpoint, at: base.description) }
        (self.base, self.userAgent) = (base, userAgent)
    }

    /// The proxy of the requests.
    var usedProxy: HTTPEndpoint? { base.scheme == .https ? proxy : nil }
}
