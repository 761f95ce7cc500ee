// SPDX-License-Identifier: Apache-2.0

import Glibc
import Logging
import SessionAuthority
import SessionConfiguration
import SessionCore
import SessionProtocol
import Systemd

/// The authority that the configuration names, with all that it needs.
enum AuthorityChoice: Sendable {
    case local(Settings.Local)
    case synerise(SyneriseSettings)

    /// Reads what the configuration only points to.
    ///
    /// - Throws: ``SessionError`` named `notConfigured`: there is no API key, or it cannot be read.
    init(_ settings: Settings, logger: Logger) throws(SessionError) {
        guard settings.authority.kind == .synerise else {
            self = .local(settings.local)
            return
        }
        let configured = settings.synerise
        let key = try APIKeySource.read(configured, logger)
        var synerise = SyneriseSettings(http: try configured.httpOptions(), apiKey: key)
        synerise.deviceID =
            switch configured.deviceID {
            case .automatic: try? MachineIdentity.machine()
            case .fixed(let text): text
            }
        synerise.signOutPath = configured.signOutPath
        synerise.deleteAccountPath = configured.deleteAccountPath
        synerise.simpleAuthenticationPath = configured.simpleAuthenticationPath
        self = .synerise(synerise)
    }

    /// Makes the authority with the keys that are stored for it.
    func make(_ keys: AuthorityKeys, _ clock: any SessionClock) -> any Authority {
        switch self {
        case .local(let local):
            return LocalAuthority(
                signingKey: keys.signingKey, tokenLifetime: local.tokenLifetime, accountsFile: local.accountsFile,
                clock: clock)
        case .synerise(let configured):
            var synerise = configured
            synerise.apiKey = keys.apiKey(configured: configured.apiKey)
            return SyneriseAuthority(settings: synerise, clock: clock)
        }
    }
}

/// Where the API key comes from: the credential `synerise.api-key`, else `APIKeyFile=`, else `APIKey=`.
private enum APIKeySource {
    private static let credential = "synerise.api-key"
    private static let maximumBytes = 1024

    static func read(_ settings: Settings.Synerise, _ logger: Logger) throws(SessionError) -> Secret {
        if let key = try fromCredential() { return key }
        if let path = settings.apiKeyFile { return try fromFile(path) }
        guard let key = settings.apiKey else {
            throw .unusable("there is no API key: neither the credential \(credential), nor APIKeyFile=, nor APIKey=")
        }
        logger.warning("[Synerise] APIKey= is readable by whoever reads the configuration; APIKeyFile= is better")
        return key
    }

    private static func fromCredential() throws(SessionError) -> Secret? {
        let bytes: [UInt8]?
        do throws(CredentialError) {
            bytes = try Credentials().read(credential, maximumBytes: maximumBytes)
        } catch {
            throw .unusable("the API key cannot be read: \(error)")
        }
        guard let bytes else { return nil }
        guard let key = key(bytes) else { throw .unusable("the credential \(credential) holds no key") }
        return key
    }

    private static func fromFile(_ path: String) throws(SessionError) -> Secret {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw .unusable("[Synerise] APIKeyFile=\(path): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: maximumBytes + 1)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard (0...maximumBytes).contains(count) else {
            throw .unusable("[Synerise] APIKeyFile=\(path): it has more than \(maximumBytes) bytes, or cannot be read")
        }
        guard let key = key(Array(bytes.prefix(count))) else {
            throw .unusable(
                "[Synerise] APIKeyFile=\(path): it holds no key: visible ASCII characters, and nothing else")
        }
        return key
    }

    // The file may end with a line's end.
    private static func key(_ bytes: [UInt8]) -> Secret? {
        let text = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
        let rest = bytes.dropFirst(text.count)
        guard !text.isEmpty, text.allSatisfy({ (0x21...0x7E).contains($0) }),
            rest.allSatisfy({ $0 == 0x0A || $0 == 0x0D })
        else { return nil }
        return Secret(String(decoding: text, as: UTF8.self))
    }
}

extension Settings.Synerise {
    fileprivate func httpOptions() throws(SessionError) -> HTTPOptions {
        guard let base = baseURL?.endpoint else { throw .unusable("[Synerise] BaseURL= is missing") }
        do throws(HTTPFailure) {
            var options = try HTTPOptions(base: base)
            (options.caFile, options.proxy) = (caFile, proxy?.endpoint)
            options.timeouts = HTTPTimeouts(connecting: connectTimeout, total: timeout)
            return options
        } catch {
            throw .unusable("[Synerise] BaseURL=: \(error.message)")
        }
    }
}

extension HTTPOrigin {
    fileprivate var endpoint: HTTPEndpoint? {
        HTTPEndpoint(scheme: scheme == .http ? .http : .https, host: host, port: port)
    }
}

extension SessionError {
    fileprivate static func unusable(_ problem: String) -> SessionError {
        SessionError(
            .notConfigured, "the configuration cannot be used: \(problem)",
            hint: "correct it, then: systemctl reload sessiond")
    }
}
