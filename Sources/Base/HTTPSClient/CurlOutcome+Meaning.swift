// SPDX-License-Identifier: Apache-2.0

import CSessiondCurl

extension CurlOutcome {
    // X509_V_ERR_, openssl/x509_vfy.h.
    private static let unknownAuthorityErrors: Set = [2, 18, 19, 20, 21, 27]
    private static let (notYetValid, expired, wrongHost, wrongAddress) = (9, 10, 62, 64)
    // SSL_R_, openssl/sslerr.h.
    private static let versionReasons: Set = [258, 1070]
    private static let otherProtocolReasons: Set = [156, 267]
    private static let endOfFileReason = 294
    // errno(3).
    private static let connectionRefused = 111

    /// What it means; `nil`: there is an answer.
    func meaning(options: HTTPOptions) -> HTTPFailure.Meaning? {
        switch overflow {
        case CCURL_OVERFLOW_HEADER: return .headerTooLarge
        case CCURL_OVERFLOW_BODY: return .bodyTooLarge
        default: break
        }
        if code == CCURLE_OK { return refusal }
        if proxyStatus >= 300 { return .proxyRefused(status: proxyStatus) }
        return connectionMeaning(options: options) ?? answerMeaning
    }

    /// Answers that nobody may use.
    private var refusal: HTTPFailure.Meaning? {
        if (300..<400).contains(status) { return .redirectRefused(status: status) }
        if status == 0 { return .notHTTP }
        if !head.isComplete { return .answerTruncated }
        return head.isEncoded ? .encodingRefused : nil
    }

    private func connectionMeaning(options: HTTPOptions) -> HTTPFailure.Meaning? {
        switch code {
        case CCURLE_COULDNT_RESOLVE_PROXY: .proxyNotResolved
        case CCURLE_COULDNT_RESOLVE_HOST: .nameNotResolved
        case CCURLE_COULDNT_CONNECT where errorNumber == CurlOutcome.connectionRefused: .connectionRefused
        case CCURLE_COULDNT_CONNECT: .unreachable(errorNumber: errorNumber)
        case CCURLE_PROXY: .proxyRefused(status: nil)
        case CCURLE_OPERATION_TIMEDOUT: .timedOut(phase)
        case CCURLE_PEER_FAILED_VERIFICATION: .certificate(certificateProblem)
        case CCURLE_SSL_CONNECT_ERROR: tlsMeaning
        case CCURLE_SSL_CACERT_BADFILE: .caFileUnusable(path: options.caFile ?? "the system's trust store")
        default: nil
        }
    }

    private var answerMeaning: HTTPFailure.Meaning {
        switch code {
        case CCURLE_UNSUPPORTED_PROTOCOL, CCURLE_WEIRD_SERVER_REPLY: .notHTTP
        case CCURLE_FILESIZE_EXCEEDED: .bodyTooLarge
        // One line of a header beyond libcurl's own cap; before 8.6 it calls that a lack of memory.
        case CCURLE_TOO_LARGE: .headerTooLarge
        case CCURLE_OUT_OF_MEMORY where phase == .answering: .headerTooLarge
        case CCURLE_PARTIAL_FILE, CCURLE_BAD_CONTENT_ENCODING: .answerTruncated
        case CCURLE_SEND_ERROR, CCURLE_RECV_ERROR, CCURLE_GOT_NOTHING:
            status == 0 ? .connectionDropped : .answerTruncated
        default: .other(code: Int(code))
        }
    }

    private var certificateProblem: HTTPFailure.CertificateProblem {
        let error = proxyCertificateError > 1 ? proxyCertificateError : certificateError
        // libcurl compares the names itself, before it asks for OpenSSL's result: that is then 0, or the 1 it began with.
        return switch error {
        case 0, 1, CurlOutcome.wrongHost, CurlOutcome.wrongAddress: .wrongHost
        case CurlOutcome.expired: .expired
        case CurlOutcome.notYetValid: .notYetValid
        case _ where CurlOutcome.unknownAuthorityErrors.contains(error): .unknownAuthority
        default: .other(code: error)
        }
    }

    private var tlsMeaning: HTTPFailure.Meaning {
        switch tlsReason {
        case 0, CurlOutcome.endOfFileReason: .connectionDropped
        case _ where CurlOutcome.versionReasons.contains(tlsReason): .tls(.version)
        case _ where CurlOutcome.otherProtocolReasons.contains(tlsReason): .tls(.notSpoken)
        default: .tls(.other(reason: tlsReason))
        }
    }
}

extension CurlOutcome {
    /// Whether the proxy is what failed, rather than the base behind it.
    func concernsProxy(_ meaning: HTTPFailure.Meaning, options: HTTPOptions) -> Bool {
        guard options.usedProxy != nil else { return false }
        return switch meaning {
        case .proxyNotResolved, .proxyRefused, .connectionRefused, .unreachable, .timedOut(.connecting): true
        case .certificate, .tls, .connectionDropped, .timedOut(.securing): proxyStatus == 0
        default: false
        }
    }
}
