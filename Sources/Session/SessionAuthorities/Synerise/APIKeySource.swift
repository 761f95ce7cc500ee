// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessionProtocol
import SessiondLinux

/// Where the API key comes from: the credential `synerise.api-key`, else `APIKeyFile=`, else `APIKey=`.
struct APIKeySource {
    private static let credential = "synerise.api-key"
    // A key, and a line's end of two bytes.
    private static let maximumBytes = TextLimit.apiKey.bytes.upperBound + 2

    /// A key, and by which of the three it came.
    struct Found {
        let key: Secret
        /// The credential; `nil`: it was none.
        var credential: String?
        /// The setting whose file it was in; `nil`: it was in none.
        var file: String?
    }

    private let surroundings: AuthoritySurroundings

    init(_ surroundings: AuthoritySurroundings) { self.surroundings = surroundings }

    func read(_ settings: Settings.Synerise) throws(SessionError) -> Found {
        if let key = try fromCredential() { return Found(key: key, credential: Self.credential) }
        if let path = settings.apiKeyFile { return Found(key: try fromFile(path), file: "Synerise.APIKeyFile") }
        guard let key = settings.apiKey else {
            throw .unusable(
                "there is no API key: neither the credential \(Self.credential), nor APIKeyFile=, nor APIKey=")
        }
        surroundings.warn("[Synerise] APIKey= is readable by whoever reads the configuration; APIKeyFile= is better")
        return Found(key: key)
    }

    private func fromCredential() throws(SessionError) -> Secret? {
        let bytes: [UInt8]?
        do throws(AuthoritySurroundings.Unreadable) {
            bytes = try surroundings.credential(Self.credential, Self.maximumBytes)
        } catch {
            throw .unusable("the API key cannot be read: \(error)")
        }
        guard let bytes else { return nil }
        return try key(bytes, of: "the credential \(Self.credential)")
    }

    private func fromFile(_ path: String) throws(SessionError) -> Secret {
        let setting = "[Synerise] APIKeyFile=\(path)"
        let file: PlainFile
        do throws(PlainFileFailure) { file = try PlainFile(path: path, maximumBytes: Self.maximumBytes) } catch {
            throw .unusable("\(setting): \(error)")
        }
        if let stranger = file.stranger {
            throw .unusable("\(setting): not trusted: \(stranger.description): \(stranger.remedy) it")
        }
        if file.isReadableByEveryone {
            surroundings.warn("\(setting): everyone on this device can read the key: chmod o-r it")
        }
        return try key(file.bytes, of: setting)
    }

    private func key(_ bytes: [UInt8], of source: String) throws(SessionError) -> Secret {
        let key = APIKeyText(bytes)
        if let refusal = key.refusal { throw .unusable("\(source) holds no API key and nothing else: it \(refusal)") }
        return Secret(key.text)
    }
}
