// SPDX-License-Identifier: Apache-2.0

import Logging
import SealedStore
import SessionConfiguration
import SessionProtocol
import SessionServer

/// Whether the state is sealed, by `[Store] Seal=` and the key that there is.
struct SealingChoice {
    let sealing: StoreSealing
    /// What is to be said where the state stays clear though nobody has asked for that.
    private let complaint: (level: Logger.Level, text: String, hint: String)?

    init(_ seal: Settings.Store.Seal, _ key: StateKey) {
        switch (seal, key) {
        case (.auto, .given(let key)), (.required, .given(let key)): self.init(.sealed(key))
        case (.no, .given(let key)): self.init(.clear(opening: key))
        case (.no, _): self.init(.keyless(because: key.absence ?? ""))
        case (.required, _): self.init(.refused(because: key.absence ?? ""))
        case (.auto, .absent):
            self.init(key, .notice, hint: "give it with LoadCredential=, or set [Store] Seal=no to be content")
        case (.auto, .withheld): self.init(key, .warning, hint: "see systemctl status sessiond-key")
        case (.auto, .unusable):
            self.init(key, .error, hint: "see sessiond-key.service, and LoadCredential= of sessiond")
        }
    }

    private init(_ sealing: StoreSealing) { (self.sealing, complaint) = (sealing, nil) }

    private init(_ key: StateKey, _ level: Logger.Level, hint: String) {
        let reason = key.absence ?? ""
        sealing = .keyless(because: reason)
        complaint = (level, "the stored session is not encrypted: \(reason)", hint)
    }

    /// Says once that the state stays clear, where it does.
    func report(to logger: Logger) {
        guard let complaint else { return }
        logger.log(
            level: complaint.level, "\(complaint.text) (\(complaint.hint))",
            metadata: ["MESSAGE_ID": "\(JournalEvent.storeUnsealed.rawValue)"])
    }

    /// The same for `daemon.health`, where somebody meant to give a key.
    var problem: HealthAnswer.Problem? {
        guard let complaint, complaint.level > .notice else { return nil }
        return HealthAnswer.Problem(name: "storeUnsealed", hint: "\(complaint.text) (\(complaint.hint))")
    }
}
