// SPDX-License-Identifier: Apache-2.0

import Foundation

@testable import TestSupport

/// A folder with a CA, and certificates that it issued, made by openssl(1).
final class CertificateFolder: Sendable {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "https-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try authority("ca")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The path of a file in the folder.
    func path(_ name: String) -> String { folder.appending(path: name).path }

    /// The path of the CA's own certificate.
    var authority: String { path("ca.pem") }

    /// Makes a CA, which may be for a name itself.
    func authority(_ name: String, for host: String? = nil) throws {
        let names = host.map { ["-addext", "subjectAltName=\($0)"] } ?? []
        try OpenSSLProcess.run(
            ["req", "-x509", "-days", "2", "-subj", "/CN=\(name)", "-out", path("\(name).pem")] + names + newKey(name))
    }

    /// Issues a certificate for a name of the forms `DNS:a.example` and `IP:127.0.0.1`.
    func issue(_ name: String, for host: String, days: Int = 2, by issuer: String = "ca") throws {
        let request = path("\(name).csr")
        try OpenSSLProcess.run(
            ["req", "-new", "-subj", "/CN=\(name)", "-addext", "subjectAltName=\(host)", "-out", request] + newKey(name)
        )
        try OpenSSLProcess.run([
            "x509", "-req", "-in", request, "-CA", path("\(issuer).pem"), "-CAkey", path("\(issuer).key"),
            "-copy_extensions", "copyall", "-days", "\(days)", "-out", path("\(name).pem"),
        ])
    }

    private func newKey(_ name: String) -> [String] {
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path("\(name).key")]
    }
}
