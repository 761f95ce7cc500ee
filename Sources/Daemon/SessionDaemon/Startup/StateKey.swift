// SPDX-License-Identifier: Apache-2.0

import SealedStore
import SessiondPrimitives
import SessiondSystemd

/// The key of the state, as the service manager gives it: the credential `sessiond.state-key`.
enum StateKey {
    case given(SealingKey)
    /// There is no such credential.
    case absent
    /// It is the text `none`, which the unit puts in place of a key that could not be had.
    case withheld
    /// It is something else, or cannot be read; why.
    case unusable(String)

    private static let credential = "sessiond.state-key"
    private static let standIn = Array("none".utf8)

    /// Reads the credential.
    init(_ credentials: Credentials = Credentials()) {
        do throws(CredentialError) {
            let secret = try credentials.secret(StateKey.credential, maximumBytes: SealingKey.byteCount)
            self = secret.map(StateKey.init(credential:)) ?? .absent
        } catch {
            self = .unusable("\(error)")
        }
    }

    private init(credential secret: SecretBytes) {
        if let key = SealingKey(secret) {
            self = .given(key)
        } else if secret.withUnsafeBytes({ $0.elementsEqual(StateKey.standIn) }) {
            self = .withheld
        } else {
            self = .unusable(
                "the credential \(StateKey.credential) has \(secret.count) bytes, and a key has \(SealingKey.byteCount)"
            )
        }
    }

    /// Why there is no key; `nil` where there is one.
    var absence: String? {
        switch self {
        case .given: nil
        case .absent: "there is no credential \(StateKey.credential)"
        case .withheld: "the credential \(StateKey.credential) is \"none\": sessiond-key.service has given no key"
        case .unusable(let reason): reason
        }
    }
}
