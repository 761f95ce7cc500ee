// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessionProtocol

/// Whether the stored session can be read, and is encrypted.
struct SealingCheck: DoctorCheck {
    static let name = "sealing"

    let daemon: DaemonFacts
    let units: Units
    /// `nil`: there is no usable configuration.
    let settings: Settings?
    let remedies: Remedies
    // What daemon.health calls it.
    private static let unsealed = ErrorName(rawValue: "storeUnsealed")

    /// Where the key is in clear, in a folder that root alone enters.
    var keyPath = "/run/sessiond-key/sessiond.state-key"

    func examine() -> DoctorFinding {
        if let locked = daemon.error(.storeLocked) {
            return .problem(locked.message, hint: locked.hint ?? keyHint ?? remedies.journal)
        }
        guard let store = (try? daemon.status.get())?.store else { return .skipped("sessiond does not say") }
        if store.sealed { return keyFile ?? .ok("the stored session is encrypted") }
        if settings?.store.seal == .no { return .ok("not encrypted, as Seal=no has it") }
        // The daemon names the reason where somebody meant to give it a key.
        return .warning(
            daemon.problem(SealingCheck.unsealed) ?? "the stored session is not encrypted: sessiond was given no key",
            hint: keyHint ?? "\(wayOfTheKey), or Seal=no in [Store] to be content")
    }

    // How a daemon without the package's units is given one.
    private var wayOfTheKey: String {
        units.isWithoutSystemd
            ? "start sessiond with a key in the file sessiond.state-key of the folder that $CREDENTIALS_DIRECTORY names"
            : "LoadCredential=sessiond.state-key:FILE in a unit"
    }

    // The key itself, where the caller may look. The daemon has it, but the next one would not.
    private var keyFile: DoctorFinding? {
        guard units[.key]?["ActiveState"] == "active" else { return nil }
        do throws(FileFacts.Failure) {
            guard try FileFacts(keyPath).mode & 0o077 != 0 else { return nil }
            return .problem("others can read the key in \(keyPath)", hint: "chmod 0400 \(keyPath)")
        } catch {
            let restart = "systemctl restart \(UnitFacts.Name.key.rawValue)"
            return error.isMissing ? .problem("there is no key in \(keyPath)", hint: restart) : nil
        }
    }

    private var keyHint: String? {
        guard units[.key] != nil else { return nil }
        let key = UnitFacts.Name.key.rawValue
        return "journalctl -b -u \(key); then: systemctl restart \(key) \(UnitFacts.Name.service.rawValue)"
    }
}
