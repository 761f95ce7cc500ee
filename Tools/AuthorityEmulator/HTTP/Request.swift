// SPDX-License-Identifier: Apache-2.0

/// A request, as far as anything here looks at it.
package struct Request: Sendable {
    package var method: String
    package var path: String
    package var query: [String: String] = [:]
    /// By name in lower case.
    package var headers: [String: String] = [:]
    package var body: [UInt8] = []

    /// The credentials of `Authorization: Bearer`, RFC 6750 §2.1.
    package var bearer: String? {
        guard let value = headers["authorization"] else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1).map(String.init)
        return parts.count == 2 && parts[0].lowercased() == "bearer" ? parts[1] : nil
    }
}
