// SPDX-License-Identifier: Apache-2.0

import SessiondPrimitives

/// Asks an endpoint for nothing in particular, to see whether it can be reached: name, connection, TLS, HTTP.
package enum HTTPProbe {
    /// What was reached.
    package struct Answer: Sendable, Equatable {
        /// Whatever it is, it shows that somebody is there.
        package let status: Int
        /// From the start of the request to the last byte of the answer.
        package let duration: Duration
    }

    /// Sends one request, without a key or a token, and waits for its answer on the calling thread.
    ///
    /// - Throws: Whatever stands between a request and its answer. A redirection, which is not followed, is an answer.
    package static func ask(_ options: HTTPOptions) throws(HTTPFailure) -> Answer {
        let result = Monitor<Result<Answer, HTTPFailure>?>(nil)
        Task.detached {
            let answer = await reach(options)
            result.withLock { $0 = answer }
        }
        let answer = result.withLock(when: { $0 != nil }, { $0 })
        return try (answer ?? .failure(HTTPFailure(.stopped, at: options.base.description))).get()
    }

    private static func reach(_ options: HTTPOptions) async -> Result<Answer, HTTPFailure> {
        let client = HTTPClient(options: options)
        let start = ContinuousClock.now
        do throws(HTTPFailure) {
            let status = try await client.send(HTTPRequest(.get, "/")).status
            return .success(Answer(status: status, duration: .now - start))
        } catch {
            guard case .redirectRefused(let status) = error.meaning else { return .failure(error) }
            return .success(Answer(status: status, duration: .now - start))
        }
    }
}
