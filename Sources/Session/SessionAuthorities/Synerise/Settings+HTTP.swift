// SPDX-License-Identifier: Apache-2.0

import HTTPSClient
import SessionConfiguration
import SessionProtocol
import SessiondLinux

extension Settings.Synerise {
    /// What holds for every request to the authority.
    ///
    /// - Throws: ``SessionError`` named `notConfigured`.
    func httpOptions() throws(SessionError) -> HTTPOptions {
        guard let base = baseURL?.endpoint else { throw .unusable("[Synerise] BaseURL= is missing") }
        let caFile = try trustedCAFile()
        do throws(HTTPFailure) {
            var options = try HTTPOptions(base: base, userAgent: "sessiond/\(Product.version) (Linux)")
            (options.caFile, options.proxy) = (caFile, proxy?.endpoint)
            options.timeouts = HTTPTimeouts(connecting: connectTimeout, total: timeout)
            return options
        } catch {
            throw .unusable("[Synerise] BaseURL=: \(error.message)")
        }
    }

    private static let maximumCAFileBytes = 16 << 20

    // One that cannot be read is for the first call to find out: it may be there by then.
    private func trustedCAFile() throws(SessionError) -> String? {
        guard let path = caFile, let file = try? PlainFile(path: path, maximumBytes: Self.maximumCAFileBytes),
            let stranger = file.stranger
        else { return caFile }
        throw .unusable("[Synerise] CAFile=\(path): not trusted: \(stranger.description): \(stranger.remedy) it")
    }
}

extension HTTPOrigin {
    fileprivate var endpoint: HTTPEndpoint? {
        HTTPEndpoint(scheme: scheme == .http ? .http : .https, host: host, port: port)
    }
}
