// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessionProtocol
import SessiondLinux

/// Where a secret of a configuration comes from: a credential of the service manager, else a file, else the setting itself.
struct SecretSource {
    // A secret, and a line's end of two bytes.
    private static let maximumBytes = TextLimit.apiKey.bytes.upperBound + 2

    /// A secret, and where it came from.
    struct Found {
        let secret: Secret
        /// The credential; `nil`: it was none.
        var credential: String?
        /// The setting whose file it was in, with its section; `nil`: it was in none.
        var file: String?
    }

    /// What it is, for people, such as `API key`.
    let noun: String
    /// The credential's name.
    let credential: String
    /// The section of its settings, and the names of the two.
    let section: String
    let fileSetting: String
    let surroundings: AuthoritySurroundings

    /// The secret; `nil`: there is none anywhere.
    func read(file path: String?) throws(SessionError) -> Found? {
        if let secret = try fromCredential() { return Found(secret: secret, credential: credential) }
        guard let path else { return nil }
        return Found(secret: try fromFile(path), file: "\(section).\(fileSetting)")
    }

    private func fromCredential() throws(SessionError) -> Secret? {
        let bytes: [UInt8]?
        do throws(AuthoritySurroundings.Unreadable) {
            bytes = try surroundings.credential(credential, Self.maximumBytes)
        } catch {
            throw .unusable("the \(noun) cannot be read: \(error)")
        }
        guard let bytes else { return nil }
        return try secret(bytes, of: "the credential \(credential)")
    }

    private func fromFile(_ path: String) throws(SessionError) -> Secret {
        let setting = "[\(section)] \(fileSetting)=\(path)"
        let file: PlainFile
        do throws(PlainFileFailure) { file = try PlainFile(path: path, maximumBytes: Self.maximumBytes) } catch {
            throw .unusable("\(setting): \(error)")
        }
        if let stranger = file.stranger {
            throw .unusable("\(setting): not trusted: \(stranger.description): \(stranger.remedy) it")
        }
        if file.isReadableByEveryone {
            surroundings.warn("\(setting): everyone on this device can read the \(shortNoun): chmod o-r it")
        }
        return try secret(file.bytes, of: setting)
    }

    private var shortNoun: Substring { noun.split(separator: " ").last ?? "" }

    private func secret(_ bytes: [UInt8], of source: String) throws(SessionError) -> Secret {
        let content = APIKeyText(bytes)
        if let refusal = content.refusal {
            throw .unusable("\(source) holds no \(noun) and nothing else: it \(refusal)")
        }
        return Secret(content.text)
    }
}
