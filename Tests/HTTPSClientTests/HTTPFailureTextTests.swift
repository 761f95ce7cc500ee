// SPDX-License-Identifier: Apache-2.0

import CSessiondCurl
import Testing

@testable import HTTPSClient
@testable import TestSupport

@Suite("HTTP: what a failure says", .timeLimit(.minutes(10)))
struct HTTPFailureTextTests {
    static let meanings: [HTTPFailure.Meaning] =
        [
            .invalidRequest, .insecureEndpoint, .libraryMissing, .notStarted(11), .cancelled, .stopped,
            .nameNotResolved, .connectionRefused, .unreachable(errorNumber: 113), .caFileUnusable(path: "/a.pem"),
            .connectionDropped, .answerTruncated, .notHTTP, .redirectRefused(status: 301), .bodyTooLarge,
            .headerTooLarge, .encodingRefused, .proxyNotResolved, .proxyRefused(status: 407),
            .proxyRefused(status: nil), .other(code: 4),
        ] + [.resolving, .connecting, .securing, .answering].map { .timedOut($0) }
        + [.unknownAuthority, .expired, .notYetValid, .wrongHost, .other(code: 7)].map { .certificate($0) }
        + [.version, .notSpoken, .other(reason: 1)].map { .tls($0) }

    @Test func saysSomethingElseForEachMeaning() {
        let texts = Self.meanings.map { HTTPFailure($0, at: "https://a:1").message }
        #expect(Set(texts).count == Self.meanings.count)
        for text in texts {
            #expect(text.hasPrefix("https://a:1: "))
            #expect(text.count > "https://a:1: ".count + 10)
            #expect(!text.contains("\n"))
        }
    }

    @Test(
        arguments: [
            (9, .notYetValid), (10, .expired), (18, .unknownAuthority), (19, .unknownAuthority),
            (20, .unknownAuthority), (21, .unknownAuthority), (62, .wrongHost), (64, .wrongHost), (0, .wrongHost),
            (23, .other(code: 23)),
        ] as [(Int, HTTPFailure.CertificateProblem)])
    func saysWhatIsWrongWithACertificate(error: Int, problem: HTTPFailure.CertificateProblem) throws {
        var outcome = CurlOutcome()
        (outcome.code, outcome.certificateError) = (CCURLE_PEER_FAILED_VERIFICATION, error)
        #expect(outcome.meaning(options: try HTTPOptions(base: .loopback(.https, port: 1))) == .certificate(problem))
    }

    @Test(
        arguments: [
            ("error:0A000102:SSL routines::unsupported protocol", 258),
            ("OpenSSL/3: error:0A00042E:SSL routines::tlsv1 alert protocol version", 1070),
            ("OpenSSL SSL_connect: Connection reset by peer", 0), ("error:", 0), ("error:xyz", 0),
            ("error:0A0001020:x", 0), ("", 0),
        ])
    func readsOpenSSLsReason(words: String, reason: Int) {
        #expect(CurlOutcome.tlsReason(in: words) == reason)
    }

    @Test func saysThatTheNetworkIsDown() throws {
        var outcome = CurlOutcome()
        (outcome.code, outcome.errorNumber) = (CCURLE_COULDNT_CONNECT, 101)
        let options = try HTTPOptions(base: .loopback(.https, port: 1))
        #expect(outcome.meaning(options: options) == .unreachable(errorNumber: 101))
        outcome.code = 4
        #expect(outcome.meaning(options: options) == .other(code: 4))
    }
}
