// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessionProtocol
import SessiondLinux

/// Where the API key comes from: the credential `synerise.api-key`, else `APIKeyFile=`, else `APIKey=`.
struct APIKeySource {
    private static let credential = "synerise.api-key"
    // A key, and a line's end of two bytes.
    private static let maximumBytes = TextLimit.apiKey.bytes.upperBound + 2

    private let surroundings: AuthoritySurroundings

    init(_ surroundings: AuthoritySurroundings) { self.surroundings = surroundings }

    func read(_ settings: Settings.Synerise) throws(SessionError) -> Secret {
        if let key = try fromCredential() { return key }
        if let path = settings.apiKeyFile { return try fromFile(path) }
        guard let key = settings.apiKey else {
            throw .unusable(
                "there is no API key: neither the credential \(Self.credential), nor APIKeyFile=, nor APIKey=")
        }
        surroundings.warn("[Synerise] APIKey= is readable by whoever reads the configuration; APIKeyFile= is better")
        return key
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

    // The file may end with a line's end.
    private func key(_ bytes: [UInt8], of source: String) throws(SessionError) -> Secret {
        var text = bytes[...]
        while let last = text.last, last == 0x0A || last == 0x0D { text.removeLast() }
        let key = String(decoding: text, as: UTF8.self)
        if let refusal = TextLimit.apiKey.refusal(of: key) {
            throw .unusable("\(source) holds no API key and nothing else: it \(refusal)")
        }
        return Secret(key)
    }
}
