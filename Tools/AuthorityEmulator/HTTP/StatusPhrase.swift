// SPDX-License-Identifier: Apache-2.0

/// The reason phrase of a status code, RFC 9110 §15 and RFC 6585.
package enum StatusPhrase {
    private static let phrases = [
        200: "OK", 301: "Moved Permanently", 302: "Found", 307: "Temporary Redirect", 308: "Permanent Redirect",
        400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
        407: "Proxy Authentication Required", 409: "Conflict", 412: "Precondition Failed",
        415: "Unsupported Media Type", 422: "Unprocessable Content", 429: "Too Many Requests",
        500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
    ]

    package static func of(_ status: Int) -> String { phrases[status] ?? "Status \(status)" }
}
