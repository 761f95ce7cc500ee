// SPDX-License-Identifier: Apache-2.0

import CSessiondCurl

/// One request in libcurl's hands; belongs to the worker's thread.
final class CurlTransfer {
    let handle: OpaquePointer
    private let options: HTTPOptions

    /// A transfer that is ready to be added.
    ///
    /// - Parameter isFresh: Whether it must not use a connection of an earlier one.
    /// - Throws: `invalidRequest`, or `notStarted` where libcurl refuses an option that protects the request.
    init(
        id: UInt64, _ request: HTTPRequest, options: HTTPOptions, isFresh: Bool, library: CurlLibrary
    ) throws(HTTPFailure) {
        let (headers, body) = (HTTPLimits.headerBytes, HTTPLimits.bodyBytes)
        guard let handle = ccurl_transfer_new(library.handle, id, headers, body) else {
            throw HTTPFailure(.notStarted(Int(CCURLE_OUT_OF_MEMORY)), at: options.base.description)
        }
        (self.handle, self.options) = (handle, options)
        try restrict()
        try address(request)
        try trust()
        let timeouts = request.timeouts ?? options.timeouts
        try set(CCURLOPT_CONNECTTIMEOUT_MS, timeouts.connecting.curlMilliseconds)
        try set(CCURLOPT_TIMEOUT_MS, timeouts.total.curlMilliseconds)
        // On a connection that was used before and ends without an answer, libcurl sends the request again on a new one:
        // only what changes nothing may go there.
        if isFresh || request.method != .get { try set(CCURLOPT_FRESH_CONNECT, 1) }
    }

    deinit { ccurl_transfer_free(handle) }

    /// The number that libcurl has for it, 0 where it has none.
    func long(_ info: Int32) -> Int { ccurl_transfer_long(handle, info) }

    /// Microseconds since the transfer began, 0 where it did not come so far.
    func time(_ info: Int32) -> Int64 { ccurl_transfer_time(handle, info) }

    /// The last header that came, as it came.
    var header: UnsafeBufferPointer<UInt8> {
        var count = 0
        let start = ccurl_transfer_header(handle, &count)
        return UnsafeBufferPointer(start: start, count: count)
    }

    /// The body that came.
    package var body: [UInt8] {
        var count = 0
        let start = ccurl_transfer_body(handle, &count)
        return Array(UnsafeBufferPointer(start: start, count: count))
    }
}

extension CurlTransfer {
    /// HTTP/1.1 and nothing that libcurl would do of its own accord.
    private func restrict() throws(HTTPFailure) {
        let protocols = options.base.scheme == .https ? CCURLPROTO_HTTPS : CCURLPROTO_HTTP
        let settings = [
            (CCURLOPT_NOSIGNAL, 1), (CCURLOPT_PROTOCOLS, protocols), (CCURLOPT_REDIR_PROTOCOLS, CCURLPROTO_HTTPS),
            (CCURLOPT_FOLLOWLOCATION, 0), (CCURLOPT_NETRC, 0), (CCURLOPT_DISALLOW_USERNAME_IN_URL, 1),
            (CCURLOPT_HTTP_VERSION, CCURL_HTTP_VERSION_1_1), (CCURLOPT_HTTP09_ALLOWED, 0), (CCURLOPT_PATH_AS_IS, 1),
            (CCURLOPT_HTTP_CONTENT_DECODING, 0), (CCURLOPT_HEADEROPT, CCURLHEADER_SEPARATE),
            (CCURLOPT_SUPPRESS_CONNECT_HEADERS, 1), (CCURLOPT_TCP_KEEPALIVE, 1),
            (CCURLOPT_TCP_KEEPIDLE, Int32(HTTPLimits.keepAliveSeconds)),
            (CCURLOPT_TCP_KEEPINTVL, Int32(HTTPLimits.keepAliveSeconds)),
        ]
        for (option, value) in settings { try set(option, Int(value)) }
        try check(ccurl_transfer_set_size(handle, CCURLOPT_MAXFILESIZE_LARGE, Int64(HTTPLimits.bodyBytes)))
        try set(CCURLOPT_USERAGENT, options.userAgent)
        // Unset, both would come from the environment.
        try set(CCURLOPT_PROXY, options.usedProxy?.description ?? "")
        try set(CCURLOPT_NOPROXY, "")
        // Since 7.87. A name server that does not answer would else hold up the thread when its request is cancelled.
        try set(CCURLOPT_QUICK_EXIT, 1, isOptional: true)
    }

    /// Whose certificates are believed, for the proxy as for the base.
    private func trust() throws(HTTPFailure) {
        let settings = [
            (CCURLOPT_SSLVERSION, CCURL_SSLVERSION_TLSv1_2), (CCURLOPT_PROXY_SSLVERSION, CCURL_SSLVERSION_TLSv1_2),
            (CCURLOPT_SSL_VERIFYPEER, 1), (CCURLOPT_PROXY_SSL_VERIFYPEER, 1),
            (CCURLOPT_SSL_VERIFYHOST, 2), (CCURLOPT_PROXY_SSL_VERIFYHOST, 2),
        ]
        for (option, value) in settings { try set(option, Int(value)) }
        // Since 7.87, which keeps the parsed store for a day: memory, and a trust store that was changed meanwhile.
        try set(CCURLOPT_CA_CACHE_TIMEOUT, 0, isOptional: true)
        guard let caFile = options.caFile else { return }
        for option in [CCURLOPT_CAINFO, CCURLOPT_PROXY_CAINFO] { try set(option, caFile) }
        for option in [CCURLOPT_CAPATH, CCURLOPT_PROXY_CAPATH] { try set(option, nil) }
    }

    private func address(_ request: HTTPRequest) throws(HTTPFailure) {
        try set(CCURLOPT_URL, options.base.description + request.target())
        if let body = request.body ?? (request.method == .get ? nil : []) {
            try check(ccurl_transfer_set_body(handle, body, body.count))
        } else {
            try set(CCURLOPT_HTTPGET, 1)
        }
        try set(CCURLOPT_CUSTOMREQUEST, request.method.rawValue)
        for line in try request.headerLines() { try check(ccurl_transfer_add_header(handle, line)) }
    }

    private func set(_ option: Int32, _ value: Int, isOptional: Bool = false) throws(HTTPFailure) {
        let code = ccurl_transfer_set_long(handle, option, value)
        if !(isOptional && code == CCURLE_UNKNOWN_OPTION) { try check(code) }
    }

    private func set(_ option: Int32, _ value: String?) throws(HTTPFailure) {
        try check(ccurl_transfer_set_string(handle, option, value))
    }

    private func check(_ code: Int32) throws(HTTPFailure) {
        if code != CCURLE_OK { throw HTTPFailure(.notStarted(Int(code)), at: options.base.description) }
    }
}
