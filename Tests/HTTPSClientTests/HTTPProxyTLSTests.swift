// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import HTTPSClient
@testable import TestSupport

@Suite("HTTP: TLS to the proxy", .timeLimit(.minutes(10)))
struct HTTPProxyTLSTests {
    private func failure(
        _ folder: CertificateFolder, certificate: String, trusting caFile: String?
    ) async throws -> HTTPFailure? {
        let proxy = try TLSServer(folder, certificate: certificate)
        defer { proxy.stop() }
        let base = try #require(HTTPEndpoint(scheme: .https, host: "api.example", port: 8443))
        var options = try HTTPOptions(base: base)
        options.proxy = try .loopback(.https, port: proxy.port)
        options.caFile = caFile
        return await HTTPClient(options: options).failure()
    }

    @Test func refusesAProxyWhoseCertificateIsForAnotherName() async throws {
        let folder = try CertificateFolder()
        try folder.issue("other", for: "DNS:api.example")
        let failure = try await failure(folder, certificate: "other", trusting: folder.authority)
        #expect(failure?.meaning == .certificate(.wrongHost))
    }

    @Test func refusesAProxyWhoseCertificateIsOfAnotherCA() async throws {
        let folder = try CertificateFolder()
        try folder.authority("another")
        try folder.issue("good", for: "IP:127.0.0.1", by: "another")
        let failure = try await failure(folder, certificate: "good", trusting: folder.authority)
        #expect(failure?.meaning == .certificate(.unknownAuthority))
    }

    @Test func asksAProxyWhoseCertificateIsGood() async throws {
        let folder = try CertificateFolder()
        try folder.issue("good", for: "IP:127.0.0.1")
        let failure = try await failure(folder, certificate: "good", trusting: folder.authority)
        // What listens there is no proxy: its answer to CONNECT is no certificate's fault.
        if case .certificate = failure?.meaning { Issue.record("\(String(describing: failure))") }
        #expect(failure != nil)
    }
}
