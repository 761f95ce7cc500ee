// SPDX-License-Identifier: Apache-2.0

import HTTPSClient
import SessionConfiguration
import SessionProtocol
import SessiondLinux

/// How an authority elsewhere is reached, whichever it is.
struct Transport: Sendable {
    private static let maximumCAFileBytes = 16 << 20

    /// The section of its settings.
    let section: String
    let settings: NetworkSettings

    /// - Throws: ``SessionError`` named `notConfigured`: certificates that others could have written.
    init(section: String, _ settings: NetworkSettings) throws(SessionError) {
        (self.section, self.settings) = (section, settings)
        // One that cannot be read is for the first call to find out: it may be there by then.
        guard let path = settings.caFile, let file = try? PlainFile(path: path, maximumBytes: Self.maximumCAFileBytes),
            let stranger = file.stranger
        else { return }
        throw .unusable("[\(section)] CAFile=\(path): not trusted: \(stranger.description): \(stranger.remedy) it")
    }

    /// What holds for every request to an origin that a setting names.
    ///
    /// - Throws: ``SessionError`` named `notConfigured`.
    func options(for origin: HTTPOrigin, setting: String) throws(SessionError) -> HTTPOptions {
        do throws(HTTPFailure) { return try options(for: origin) } catch {
            throw .unusable("[\(section)] \(setting)=: \(error.message)")
        }
    }

    /// What holds for every request to an origin.
    func options(for origin: HTTPOrigin) throws(HTTPFailure) -> HTTPOptions {
        guard let base = origin.endpoint else { throw HTTPFailure(.invalidRequest, at: origin.description) }
        var options = try HTTPOptions(base: base, userAgent: "sessiond/\(Product.version) (Linux)")
        (options.caFile, options.proxy) = (settings.caFile, settings.proxy?.endpoint)
        options.timeouts = HTTPTimeouts(connecting: settings.connectTimeout, total: settings.timeout)
        return options
    }
}

extension HTTPOrigin {
    fileprivate var endpoint: HTTPEndpoint? {
        HTTPEndpoint(scheme: scheme == .http ? .http : .https, host: host, port: port)
    }
}

extension HTTPResponse {
    /// What time it was for the peer: `Date`.
    var serverTime: Timestamp? { date.map(Timestamp.init(secondsSince1970:)) }
}
