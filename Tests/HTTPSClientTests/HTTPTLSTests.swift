// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import HTTPSClient
@testable import TestSupport

@Suite("HTTP: TLS", .timeLimit(.minutes(10)))
struct HTTPTLSTests {
    private func failure(
        _ folder: CertificateFolder, certificate: String, host: String = "127.0.0.1", trusting caFile: String?,
        more: [String] = []
    ) async throws -> HTTPFailure? {
        let server = try TLSServer(folder, certificate: certificate, more: more)
        defer { server.stop() }
        return await (try server.client(trusting: caFile, host: host)).failure()
    }

    @Test(arguments: [("127.0.0.1", "IP:127.0.0.1"), ("localhost", "DNS:localhost")])
    func acceptsACertificateOfTheOwnCA(host: String, name: String) async throws {
        let folder = try CertificateFolder()
        try folder.issue("good", for: name)
        let server = try TLSServer(folder, certificate: "good")
        defer { server.stop() }
        let answer = try await server.client(trusting: folder.authority, host: host).send(HTTPRequest(.get, "/"))
        #expect(answer.status == 200)
        #expect(answer.mediaType == "text/html")
    }

    @Test func refusesACertificateThatTheSystemDoesNotKnow() async throws {
        let folder = try CertificateFolder()
        try folder.issue("good", for: "IP:127.0.0.1")
        let failure = try await failure(folder, certificate: "good", trusting: nil)
        #expect(failure?.meaning == .certificate(.unknownAuthority))
        #expect(failure?.message.hasSuffix(": the certificate was issued by an unknown CA") == true)
        #expect(failure?.hint?.contains("CAFile=") == true)
    }

    @Test func refusesACertificateOfAnotherCA() async throws {
        let folder = try CertificateFolder()
        try folder.authority("other")
        try folder.issue("good", for: "IP:127.0.0.1", by: "other")
        let failure = try await failure(folder, certificate: "good", trusting: folder.authority)
        #expect(failure?.meaning == .certificate(.unknownAuthority))
    }

    @Test func refusesACertificateThatSignedItself() async throws {
        let folder = try CertificateFolder()
        try folder.authority("other", for: "IP:127.0.0.1")
        let failure = try await failure(folder, certificate: "other", trusting: folder.authority)
        #expect(failure?.meaning == .certificate(.unknownAuthority))
    }

    @Test func refusesAnExpiredCertificate() async throws {
        let folder = try CertificateFolder()
        try folder.issue("old", for: "IP:127.0.0.1", days: 0)
        let failure = try await failure(folder, certificate: "old", trusting: folder.authority)
        #expect(failure?.meaning == .certificate(.expired))
        #expect(failure?.message.hasSuffix(": the certificate has expired") == true)
    }

    @Test(
        arguments: [
            ("127.0.0.1", "IP:127.0.0.2"), ("127.0.0.1", "DNS:api.example"), ("localhost", "DNS:api.example"),
            ("localhost", "IP:127.0.0.1"),
        ])
    func refusesACertificateForAnotherName(host: String, name: String) async throws {
        let folder = try CertificateFolder()
        try folder.issue("other", for: name)
        let failure = try await failure(folder, certificate: "other", host: host, trusting: folder.authority)
        #expect(failure?.meaning == .certificate(.wrongHost))
        #expect(failure?.message.hasSuffix(": the certificate is for another host name") == true)
        #expect(failure?.message.contains("api.example") == false)
    }

    @Test(arguments: ["-tls1", "-tls1_1"])
    func refusesAnOldVersionOfTLS(version: String) async throws {
        let folder = try CertificateFolder()
        try folder.issue("good", for: "IP:127.0.0.1")
        let failure = try await failure(
            folder, certificate: "good", trusting: folder.authority,
            more: [version, "-cipher", "DEFAULT@SECLEVEL=0"])
        #expect(failure?.meaning == .tls(.version))
        #expect(failure?.hint == "the server must offer TLS 1.2 or later")
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func acceptsBothVersionsOfTLS(version: String) async throws {
        let folder = try CertificateFolder()
        try folder.issue("good", for: "IP:127.0.0.1")
        let failure = try await failure(folder, certificate: "good", trusting: folder.authority, more: [version])
        #expect(failure == nil)
    }

    @Test func saysThatThePeerSpeaksNoTLS() async throws {
        let (listener, port) = try LoopbackSocket.listen(backlog: 1)
        defer { close(listener) }
        Thread.detachNewThread {
            let connection = ServerConnection(descriptor: accept(listener, nil, nil), number: 1)
            connection.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            connection.waitForClient()
            close(connection.descriptor)
        }
        let options = try HTTPOptions(base: .loopback(.https, port: port))
        #expect(await HTTPClient(options: options).failure()?.meaning == .tls(.notSpoken))
    }

    @Test func saysThatThePeerHungUpBeforeTLS() async throws {
        let (listener, port) = try LoopbackSocket.listen(backlog: 1)
        defer { close(listener) }
        Thread.detachNewThread { close(accept(listener, nil, nil)) }
        let options = try HTTPOptions(base: .loopback(.https, port: port))
        #expect(await HTTPClient(options: options).failure()?.meaning == .connectionDropped)
    }

    @Test(arguments: [nil, "", "no certificate"])
    func namesTheFileOfTrustedCertificatesThatCannotBeUsed(text: String?) async throws {
        let folder = try CertificateFolder()
        try folder.issue("good", for: "IP:127.0.0.1")
        let caFile = folder.path("trusted.pem")
        try text?.write(toFile: caFile, atomically: true, encoding: .utf8)
        let failure = try await failure(folder, certificate: "good", trusting: caFile)
        #expect(failure?.meaning == .caFileUnusable(path: caFile))
        #expect(failure?.message.contains(caFile) == true)
        #expect(failure?.hint?.contains("CAFile=") == true)
    }

    @Test func readsTheFileOfTrustedCertificatesAnewForEachConnection() async throws {
        let folder = try CertificateFolder()
        try folder.authority("other")
        try folder.issue("good", for: "IP:127.0.0.1")
        let server = try TLSServer(folder, certificate: "good")
        defer { server.stop() }
        let caFile = folder.path("trusted.pem")
        let client = try server.client(trusting: caFile)
        let steps = [("other", HTTPFailure.Meaning.certificate(.unknownAuthority)), ("ca", nil)]
        for (name, meaning) in steps {
            try Data(contentsOf: URL(filePath: folder.path("\(name).pem"))).write(to: URL(filePath: caFile))
            #expect(await client.failure()?.meaning == meaning)
        }
    }
}
