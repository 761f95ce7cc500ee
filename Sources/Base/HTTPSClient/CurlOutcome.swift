// SPDX-License-Identifier: Apache-2.0

import CSessiondCurl

/// What libcurl says of a transfer that has ended.
struct CurlOutcome: Equatable {
    /// CURLcode.
    var code = CCURLE_OK
    /// Which cap was passed, one of `CCURL_OVERFLOW_`; 0: none.
    var overflow: Int32 = 0
    /// The answer's header as far as it came.
    var head = HTTPResponseHead([])
    /// The proxy's answer to CONNECT, 0: none came.
    var proxyStatus = 0
    /// X509_V_ERR of the peer's certificate, and of the proxy's.
    var certificateError = 0
    var proxyCertificateError = 0
    /// errno of the connection.
    var errorNumber = 0
    /// OpenSSL's reason, err.h: `ERR_GET_REASON`; 0: none.
    var tlsReason = 0
    /// How far it came.
    var phase = HTTPFailure.Phase.resolving

    /// The answer's status, 0: none came.
    package var status: Int { head.status ?? 0 }
}

extension CurlOutcome {
    /// Reads what libcurl has kept of a transfer.
    init(_ transfer: CurlTransfer, code: Int32, head: HTTPResponseHead) {
        self.code = code
        overflow = ccurl_transfer_overflow(transfer.handle)
        self.head = head
        proxyStatus = transfer.long(CCURLINFO_HTTP_CONNECTCODE)
        certificateError = transfer.long(CCURLINFO_SSL_VERIFYRESULT)
        proxyCertificateError = transfer.long(CCURLINFO_PROXY_SSL_VERIFYRESULT)
        errorNumber = transfer.long(CCURLINFO_OS_ERRNO)
        tlsReason = CurlOutcome.tlsReason(in: String(cString: ccurl_transfer_words(transfer.handle)))
        phase = CurlOutcome.phase(of: transfer)
    }

    private static func phase(of transfer: CurlTransfer) -> HTTPFailure.Phase {
        // Of a transfer that came to nothing, some versions say that it began when it ended.
        let isSent = transfer.time(CCURLINFO_PRETRANSFER_TIME_T) > 0 && transfer.long(CCURLINFO_REQUEST_SIZE) > 0
        if isSent { return .answering }
        // With https, some versions note the time of the connection only once there is TLS; the port is known at once.
        let isConnected = transfer.time(CCURLINFO_CONNECT_TIME_T) > 0 || transfer.long(CCURLINFO_LOCAL_PORT) > 0
        if isConnected { return .securing }
        return transfer.time(CCURLINFO_NAMELOOKUP_TIME_T) > 0 ? .connecting : .resolving
    }

    /// The number in `error:0A000102:SSL routines::unsupported protocol`, as ERR_error_string(3) writes it: libcurl hands
    /// OpenSSL's reason on in its words only. Lower 23 bits since OpenSSL 3.0.
    static func tlsReason(in words: String) -> Int {
        let parts = words.split(separator: ":")
        guard let label = parts.firstIndex(where: { $0.hasSuffix("error") }), label + 1 < parts.count,
            parts[label + 1].utf8.count == 8, let number = UInt32(parts[label + 1], radix: 16)
        else { return 0 }
        return Int(number & 0x7f_ffff)
    }
}
