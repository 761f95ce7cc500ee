// SPDX-License-Identifier: Apache-2.0

extension HTTPFailure {
    /// What happened.
    package enum Meaning: Sendable, Equatable {
        /// A path, header or token that cannot be sent.
        case invalidRequest
        /// http to another device.
        case insecureEndpoint
        /// libcurl is not installed, or too old.
        case libraryMissing
        /// libcurl or the system refused what never fails; the number is libcurl's or errno.
        case notStarted(Int)
        /// The task was cancelled.
        case cancelled
        /// The client was shut down.
        case stopped
        /// The host has no address, or nobody says which.
        case nameNotResolved
        /// Nobody listens there.
        case connectionRefused
        /// No way there; the number is errno, 0 where it is not known.
        case unreachable(errorNumber: Int)
        /// Too slow.
        case timedOut(Phase)
        /// A certificate that proves nothing.
        case certificate(CertificateProblem)
        /// No TLS, or none with this client.
        case tls(TLSProblem)
        /// A file of trusted certificates that cannot be used.
        case caFileUnusable(path: String)
        /// The connection ended before the answer began.
        case connectionDropped
        /// The connection ended, or what came was no longer HTTP, within the answer.
        case answerTruncated
        /// What came is not an answer of HTTP/1.
        case notHTTP
        /// The answer points elsewhere; requests carry secrets and are never sent on.
        case redirectRefused(status: Int)
        /// A body of more than ``HTTPLimits/bodyBytes``.
        case bodyTooLarge
        /// Headers of more than ``HTTPLimits/headerBytes``.
        case headerTooLarge
        /// A body that is compressed, though nobody asked for it.
        case encodingRefused
        /// The proxy's host has no address.
        case proxyNotResolved
        /// The proxy does not connect to the endpoint; `nil`: it did not say why.
        case proxyRefused(status: Int?)
        /// libcurl's CURLcode for anything else.
        case other(code: Int)
    }

    /// How far a request came.
    package enum Phase: Sendable, Equatable {
        /// The name was looked up.
        case resolving
        /// The connection was made.
        case connecting
        /// TLS, or the way through the proxy, was agreed.
        case securing
        /// The request was sent, or its answer was coming.
        case answering
    }

    /// Why a certificate proves nothing.
    package enum CertificateProblem: Sendable, Equatable {
        /// It, or what it was signed with, is not trusted.
        case unknownAuthority
        /// Its time is over.
        case expired
        /// Its time has not begun.
        case notYetValid
        /// It is for another name.
        case wrongHost
        /// Another reason; a number of X509_V_ERR, openssl-verification-options(1).
        case other(code: Int)
    }

    /// Why there is no TLS.
    package enum TLSProblem: Sendable, Equatable {
        /// The peer speaks no TLS 1.2 or later.
        case version
        /// The peer does not speak TLS at all.
        case notSpoken
        /// Another reason; a number of OpenSSL's, 0 where it gave none.
        case other(reason: Int)
    }
}
