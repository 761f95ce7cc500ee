// SPDX-License-Identifier: Apache-2.0

/// What is done to a request instead of, or on top of, answering it well: `on=E5,times=1,status=503,retry-after=120`.
///
/// Words separated by commas, in any order:
/// - where: `on=ENDPOINT` (may be repeated; without it everywhere), `times=COUNT` (without it lasting);
/// - when: `delay=SECONDS`, `hold` (until `POST /__control/release`); the request is judged first, its answer waits;
/// - what, at most one: `status=CODE` with `body=json|html|empty|FILE`, `retry-after=SECONDS|date+SECONDS|HTTP-date`
///   and `location=URL` (such a request reaches no account and no token); or the good answer spoilt: `drop` (closed
///   without an answer), `truncate=BYTES` (closed after so many bytes of the body), `malformed` (not JSON), `oversize`
///   (a body above 1 MiB; `oversize=chunked` without a Content-Length), `token-too-long` (above 32 KiB),
///   `expiration=past|century|missing|string`, `no-token`.
package struct Fault: Sendable, Equatable {
    /// As it was written.
    package let text: String
    /// Where it applies; empty: everywhere.
    package internal(set) var endpoints: Set<Endpoint> = []
    /// To how many requests; `nil`: to all.
    package internal(set) var times: Int?
    /// How long the answer waits.
    package internal(set) var delay: Duration?
    /// Whether the answer waits for a release.
    package internal(set) var holds = false
    /// What becomes of the answer; `nil`: nothing.
    package internal(set) var effect: Effect?

    init(text: String) { self.text = text }

    /// What becomes of an answer.
    package enum Effect: Sendable, Equatable {
        /// Another one in its place; the request is not judged.
        case status(StatusFault)
        /// None: the connection closes.
        case drop
        /// So many bytes of its body, then the connection closes.
        case truncate(bytes: Int)
        /// A body that is not JSON.
        case malformed
        /// A body above 1 MiB.
        case oversize(chunked: Bool)
        /// A token above 32 KiB.
        case tokenTooLong
        /// Another expiration.
        case expiration(ExpirationFault)
        /// A token object without `token`.
        case noToken
    }

    func applies(to endpoint: Endpoint?) -> Bool {
        endpoints.isEmpty || endpoint.map(endpoints.contains) ?? false
    }
}
