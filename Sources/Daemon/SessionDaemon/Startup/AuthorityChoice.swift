// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import HTTPSClient
import Logging
import SessionAuthorities
import SessionConfiguration
import SessionMachine
import SessionProtocol
import SessiondLinux
import SessiondSystemd

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
            case .automatic: AuthorityChoice.deviceID(logger)
            case .fixed(let text): text
            }
        synerise.signOutPath = configured.signOutPath
        synerise.deleteAccountPath = configured.deleteAccountPath
        synerise.simpleAuthenticationPath = configured.simpleAuthenticationPath
        self = .synerise(synerise)
    }

    private static func deviceID(_ logger: Logger) -> String? {
        do throws(SystemdError) { return try MachineIdentity.machine() } catch {
            logger.warning("\(error); requests name no device: set [Synerise] DeviceID= to have one named")
            return nil
        }
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
    // A key, and a line's end of two bytes.
    private static let maximumBytes = TextLimit.apiKey.bytes.upperBound + 2

    static func read(_ settings: Settings.Synerise, _ logger: Logger) throws(SessionError) -> Secret {
        if let key = try fromCredential() { return key }
        if let path = settings.apiKeyFile { return try fromFile(path, logger) }
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
        return try key(bytes, of: "the credential \(credential)")
    }

    private static func fromFile(_ path: String, _ logger: Logger) throws(SessionError) -> Secret {
        let setting = "[Synerise] APIKeyFile=\(path)"
        let file: PlainFile
        do throws(PlainFileFailure) { file = try PlainFile(path: path, maximumBytes: maximumBytes) } catch {
            throw .unusable("\(setting): \(error)")
        }
        if let stranger = file.stranger {
            throw .unusable("\(setting): not trusted: \(stranger.description): \(stranger.remedy) it")
        }
        if file.isReadableByEveryone {
            logger.warning("\(setting): everyone on this device can read the key: chmod o-r it")
        }
        return try key(file.bytes, of: setting)
    }

    // The file may end with a line's end.
    private static func key(_ bytes: [UInt8], of source: String) throws(SessionError) -> Secret {
        var text = bytes[...]
        while let last = text.last, last == 0x0A || last == 0x0D { text.removeLast() }
        let key = String(decoding: text, as: UTF8.self)
        if let refusal = TextLimit.apiKey.refusal(of: key) {
            throw .unusable("\(source) holds no API key and nothing else: it \(refusal)")
        }
        return Secret(key)
    }
}

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

extension SessionError {
    fileprivate static func unusable(_ problem: String) -> SessionError {
        SessionError(
            .notConfigured, "the configuration cannot be used: \(problem)",
            hint: "correct it, then: systemctl reload sessiond")
    }
}
