// SPDX-License-Identifier: Apache-2.0

/// Asks an endpoint for nothing in particular, to see whether it can be reached: name, connection, TLS, HTTP.
package enum HTTPProbe {
    /// What was reached.
    package struct Answer: Sendable, Equatable {
        /// Whatever it is, it shows that somebody is there.
        package let status: Int
        /// From the start of the request to the last byte of the answer.
        package let duration: Duration
    }

    /// Sends one request, without a key or a token.
    ///
    /// - Throws: Whatever stands between a request and its answer. A redirection, which is not followed, is an answer.
    package static func ask(_ options: HTTPOptions) async throws(HTTPFailure) -> Answer {
        let client = HTTPClient(options: options)
        let start = ContinuousClock.now
        do throws(HTTPFailure) {
            let status = try await client.send(HTTPRequest(.get, "/")).status
            return Answer(status: status, duration: .now - start)
        } catch {
            guard case .redirectRefused(let status) = error.meaning else { throw error }
            return Answer(status: status, duration: .now - start)
        }
    }
}
