// SPDX-License-Identifier: Apache-2.0

extension HTTPFailure.Meaning {
    /// What happened, in words.
    var text: String {
        switch self {
        case .invalidRequest: "cannot be sent: it is empty, or holds a character that HTTP does not allow there"
        case .insecureEndpoint: "http is allowed to this device only, not to another"
        case .libraryMissing: "libcurl cannot be loaded"
        case .notStarted(let number): "the request could not be started (error \(number))"
        case .cancelled: "the request was cancelled"
        case .stopped: "the HTTPS client was shut down"
        case .timedOut(let phase): phase.text
        case .certificate(let problem): problem.text
        case .tls(let problem): problem.text
        case .caFileUnusable(let path): "the trusted certificates in \(path) cannot be read, or there are none in it"
        case .proxyNotResolved: "the proxy's host name cannot be resolved"
        case .proxyRefused(let status):
            "the proxy does not let the request through\(status.map { " (HTTP \($0))" } ?? "")"
        default: networkText
        }
    }

    private var networkText: String {
        switch self {
        case .nameNotResolved: "the host name cannot be resolved"
        case .connectionRefused: "the connection was refused: nobody listens there"
        case .unreachable(let number): "cannot be reached\(number == 0 ? "" : " (errno \(number))")"
        case .connectionDropped: "the connection ended before the answer"
        case .answerTruncated: "the answer ended early or was malformed"
        case .notHTTP: "the answer is not HTTP/1"
        case .redirectRefused(let status): "the answer is a redirection (HTTP \(status)), which is not followed"
        case .bodyTooLarge: "the answer's body has more than \(HTTPLimits.bodyBytes) bytes"
        case .headerTooLarge: "the answer's header has more than \(HTTPLimits.headerBytes) bytes"
        case .encodingRefused: "the answer is compressed, which was not asked for"
        case .other(let code): "the request failed (libcurl's error \(code))"
        default: ""
        }
    }

    /// What to do about it.
    var hint: String? {
        switch self {
        case .insecureEndpoint: "use https"
        case .libraryMissing: "install libcurl4"
        case .nameNotResolved: "check the network, its name servers and the host in the configuration"
        case .certificate(.unknownAuthority): "if the authority has a certificate of your own CA, name it in CAFile="
        case .certificate(.expired): "renew the server's certificate; check the device's clock too"
        case .certificate(.notYetValid): "check the device's clock; it may be behind"
        case .certificate(.wrongHost): "check the configured host against the names in the server's certificate"
        case .tls(.version): "the server must offer TLS 1.2 or later"
        case .tls(.notSpoken): "check the port in the configuration"
        case .caFileUnusable: "check CAFile=: the daemon's user must be able to read it, certificates in PEM form"
        case .redirectRefused: "check the addresses and paths in the configuration"
        case .proxyNotResolved, .proxyRefused: "check Proxy="
        default: nil
        }
    }
}

extension HTTPFailure.Phase {
    /// What took too long.
    fileprivate var text: String {
        switch self {
        case .resolving: "timed out resolving the host name"
        case .connecting: "timed out connecting"
        case .securing: "connected, but timed out agreeing on TLS"
        case .answering: "timed out waiting for the answer"
        }
    }
}

extension HTTPFailure.CertificateProblem {
    /// What is wrong with it.
    fileprivate var text: String {
        switch self {
        case .unknownAuthority: "the certificate was issued by an unknown CA"
        case .expired: "the certificate has expired"
        case .notYetValid: "the certificate is not valid yet"
        case .wrongHost: "the certificate is for another host name"
        case .other(let code): "the certificate cannot be verified (X.509 error \(code))"
        }
    }
}

extension HTTPFailure.TLSProblem {
    /// What is wrong.
    fileprivate var text: String {
        switch self {
        case .version: "the peer speaks no version of TLS that is allowed, 1.2 at least"
        case .notSpoken: "the peer does not speak TLS"
        case .other(let reason): "TLS failed (OpenSSL's reason \(reason))"
        }
    }
}
