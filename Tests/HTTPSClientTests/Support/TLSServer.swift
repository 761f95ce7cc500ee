// SPDX-License-Identifier: Apache-2.0

import Foundation

@testable import HTTPSClient
@testable import TestSupport

/// `openssl s_server` on a port of its own, which answers every GET with a page.
struct TLSServer {
    struct NoPort: Error {}

    let port: Int
    private let process: OpenSSLProcess

    /// A server with a certificate of the folder.
    init(_ folder: CertificateFolder, certificate: String, more: [String] = []) throws {
        process = try OpenSSLProcess(
            ["s_server", "-accept", "127.0.0.1:0", "-www", "-cert", folder.path("\(certificate).pem")]
                + ["-key", folder.path("\(certificate).key")] + more)
        // `ACCEPT 127.0.0.1:40000`
        var port: Int?
        while port == nil, let line = process.nextLine() {
            if line.hasPrefix("ACCEPT ") { port = line.split(separator: ":").last.flatMap { Int($0) } }
        }
        guard let port else {
            process.end(signal: SIGKILL)
            throw NoPort()
        }
        self.port = port
    }

    func stop() { process.end(signal: SIGKILL) }

    /// A client that trusts a CA and nobody else.
    func client(trusting caFile: String?, host: String = "127.0.0.1") throws -> HTTPClient {
        var options = try HTTPOptions(base: .loopback(.https, port: port, host: host))
        options.caFile = caFile
        return HTTPClient(options: options)
    }
}
