// SPDX-License-Identifier: Apache-2.0

/// A request, as far as anything here looks at it.
struct Request: Sendable {
    var method: String
    var path: String
    var query: [String: String] = [:]
    /// By name in lower case.
    var headers: [String: String] = [:]
    var body: [UInt8] = []

    /// The credentials of `Authorization: Bearer`, RFC 6750 §2.1.
    var bearer: String? {
        guard let value = headers["authorization"] else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1).map(String.init)
        return parts.count == 2 && parts[0].lowercased() == "bearer" ? parts[1] : nil
    }
}
